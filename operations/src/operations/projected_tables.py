# ruff: noqa: S608  The statements are made of names that stand in the code of a service.
"""Rows that a service keeps of the facts of others, and the statements that compare and repair them."""

from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy.orm import DeclarativeBase


@dataclass(frozen=True)
class ProjectedTable:
    """Rows that follow from the topics: their ``key``, and the ``columns`` that are compared and taken over.

    ``derived`` are SQL expressions that are only compared, ``where`` leaves rows out on both sides. ``whole`` says
    that the topics tell of every row, so that one that they do not know is too much. ``emptied`` says that such a
    row is not deleted: its columns go back to their defaults, since other rows of the service go on from it.
    """

    table: str
    key: tuple[str, ...]
    columns: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()
    where: str = "true"
    whole: bool = True
    emptied: bool = False

    @classmethod
    def of(cls, model: type[DeclarativeBase], *columns: str, **how: Any) -> Self:
        """Return the rows of ``model`` by its primary key, with all other columns where none are named."""
        table = model.metadata.tables[model.__tablename__]
        key = tuple(column.name for column in table.primary_key)
        return cls(
            table.name, key, columns or tuple(each.name for each in table.columns if each.name not in key), **how
        )

    def differing(self) -> str:
        """Return the query for the keys whose live row and shadow have different checksums."""
        key, known = ", ".join(self.key), "true" if self.whole else "made.sum IS NOT NULL"
        summed = f"SELECT {key}, md5(ROW({', '.join((*self.columns, *self.derived))})::text) AS sum FROM"
        live, made = (f"({summed} {schema}.{self.table} WHERE {self.where})" for schema in ("public", "shadow"))
        return (
            f"SELECT concat_ws('/', {key}) FROM {live} live FULL JOIN {made} made USING ({key})"
            f" WHERE live.sum IS DISTINCT FROM made.sum AND {known}"
        )

    def removing(self) -> str:
        """Return the statement that takes away, or empties, the live rows without a shadow."""
        key, empty = ", ".join(self.key), ", ".join(f"{name} = DEFAULT" for name in self.columns)
        work = f"UPDATE public.{self.table} SET {empty}" if self.emptied else f"DELETE FROM public.{self.table}"
        return f"{work} WHERE {self.where} AND ({key}) NOT IN (SELECT {key} FROM shadow.{self.table})"

    def adopting(self) -> str:
        """Return the statement that writes the shadows over the live rows that say something else."""
        key, names = ", ".join(self.key), ", ".join(self.columns)
        new, old = (", ".join(f"{side}.{name}" for name in self.columns) for side in ("excluded", self.table))
        return (
            f"INSERT INTO public.{self.table} ({key}, {names}) SELECT {key}, {names} FROM shadow.{self.table}"
            f" WHERE {self.where} ON CONFLICT ({key}) DO UPDATE SET ({names}) = ROW({new})"
            f" WHERE ({old}) IS DISTINCT FROM ({new})"
        )
