"""The rows of the search in tantivy, a well-known engine, as it comes: words as they stand, nothing that knows Danish.

It is in no lock file: ``.venv/bin/pip install tantivy`` puts it beside a bench.
"""

from collections.abc import Iterable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from publication.search.criteria import SearchCriteria
from publication.search.facets import keys
from publication.search.index import IndexedRow

FIELDS = ["title", "words"]
HEAP_BYTES = 200_000_000
Place = tuple[str, str]


def tantivy_of(rows: Iterable[IndexedRow], folder: Path) -> "Tantivy | None":
    """Return an engine that holds ``rows``; None where tantivy is not installed."""
    return Tantivy(rows, folder) if find_spec("tantivy") else None


class Tantivy:
    """An index on the disk in ``folder``."""

    def __init__(self, rows: Iterable[IndexedRow], folder: Path) -> None:
        self._engine: Any = import_module("tantivy")
        builder = self._engine.SchemaBuilder()
        for name in FIELDS:
            builder.add_text_field(name)
        builder.add_text_field("facets", tokenizer_name="raw")
        for name in ("tilbud_id", "department_id", "item"):
            builder.add_text_field(name, stored=True, tokenizer_name="raw")
        folder.mkdir()
        self._folder = folder
        self._index = self._engine.Index(builder.build(), path=str(folder))
        writer = self._index.writer(heap_size=HEAP_BYTES, num_threads=1)
        for row in rows:
            values = {name: [getattr(row, name)] for name in (*FIELDS, "tilbud_id", "department_id", "item")}
            writer.add_document(self._engine.Document(**values, facets=list(row.facets)))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    @property
    def megabytes(self) -> float:
        """Return how large the index is on the disk."""
        return sum(path.stat().st_size for path in self._folder.iterdir()) / 1e6

    def page(self, criteria: SearchCriteria) -> Sequence[Place]:
        """Return the first page of what holds all words and all that is chosen."""
        engine = self._engine
        queries = [self._index.parse_query(f"+{word}", FIELDS) for word in criteria.words]
        for facet, values in criteria.chosen.items():
            terms = [engine.Query.term_query(self._index.schema, "facets", key) for key in keys(facet, values)]
            queries.append(engine.Query.boolean_query([(engine.Occur.Should, each) for each in terms]))
        query = engine.Query.boolean_query([(engine.Occur.Must, each) for each in queries])
        return self._found(query if queries else engine.Query.all_query(), criteria.limit)

    def best(self, text: str, limit: int) -> Sequence[Place]:
        """Return what its own reading of ``text`` puts first."""
        query, _ = self._index.parse_query_lenient(text, FIELDS)
        return self._found(query, limit)

    def _found(self, query: Any, limit: int) -> Sequence[Place]:
        found = (self._searcher.doc(address) for _, address in self._searcher.search(query, limit).hits)
        return [(each.get_first("tilbud_id"), each.get_first("department_id")) for each in found]
