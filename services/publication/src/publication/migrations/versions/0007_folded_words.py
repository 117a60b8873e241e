"""What is searched is folded: aa is å, é is e, and what cannot be seen is not there.

Revision ID: 0007
"""

from alembic import op

revision = "0007"
down_revision = "0006"

# The same as the search's ``fold``, of texts in small letters.
FOLD = r"""
CREATE FUNCTION search_fold(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT replace(regexp_replace(
  normalize(
    regexp_replace(
      replace(replace(replace(replace(replace(replace(replace(replace(replace(normalize($1, NFC),
        'å', 'aa'), 'ä', 'æ'), 'ö', 'ø'), 'ß', 'ss'), 'ð', 'd'), 'þ', 'th'), 'ł', 'l'), 'đ', 'd'), 'ı', 'i'),
      '[\t\u00a0\u2000-\u200a\u202f\u205f\u2800\u3000\u3164]', ' ', 'g'),
    NFKD),
  '[\u0300-\u036f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]', '', 'g'), 'aa', 'å')
$$
"""
# A worker of the version before writes its rows as it did. A later migration can drop function and trigger.
FOLD_ROW = """
CREATE FUNCTION search_rows_fold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  NEW.title = search_fold(NEW.title);
  NEW.words = search_fold(NEW.words);
  RETURN NEW;
END $$
"""
ROWS = (
    FOLD_ROW,
    "CREATE TRIGGER search_rows_folded BEFORE INSERT ON search_rows FOR EACH ROW EXECUTE FUNCTION search_rows_fold()",
    "UPDATE search_rows SET title = search_fold(title), words = search_fold(words), sort_name = left(sort_name, 100)",
)


def upgrade() -> None:
    """Fold every row, also those that are written by a worker which does not."""
    op.execute(FOLD)
    for statement in ROWS:
        op.execute(statement)
