"""How a text stands in a file for a spreadsheet so that no part of it is a formula. Pure."""

import re

# Excel passes over blanks and quotation marks before a formula, and takes full-width signs for plain ones. A file may
# be opened where a comma, a semicolon or a tab separates columns: then a formula can begin in the middle of a text.
_FORMULA = re.compile('(^|[,;\t\r\n])([\\s"\ufeff]*)(?=[=+\\-@|%＝＋－＠])')


def inert(text: str) -> str:
    """Return ``text`` with an apostrophe before each sign that could begin a formula."""
    return _FORMULA.sub(r"\1\2'", text)
