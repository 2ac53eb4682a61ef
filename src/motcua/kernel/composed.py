"""Querysets composed once: what every request asks takes the ORM longer to write than PostgreSQL to answer."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

Row = TypeVar("Row", bound=Model)


class Composed(Generic[Row]):
    """A queryset of models, with those that ``select_related`` joins, whose statement is always the same.

    ``queryset`` makes it with any values in the places of those that are handed over, in its order, with each call::

        session = Composed(lambda: Session.objects.select_related("account").filter(digest=""))
        session(digest)  # a list of sessions; one statement
    """

    def __init__(self, queryset: "Callable[[], QuerySet[Row]]") -> None:
        self._queryset = queryset

    def __call__(self, *values: Any) -> list[Row]:
        statement, build = self._composed
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return [build(row) for row in cursor.fetchall()]

    @cached_property
    def _composed(self) -> tuple[str, Callable[[tuple[Any, ...]], Row]]:
        compiler = self._queryset().query.get_compiler(DEFAULT_DB_ALIAS)
        statement, _values = compiler.as_sql()
        converters = compiler.get_converters([column for column, *_rest in compiler.select])
        columns = compiler.klass_info["select_fields"]
        names = [compiler.select[place][0].target.attname for place in columns]
        joined = get_related_populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]
        model = compiler.klass_info["model"]

        def build(row: tuple[Any, ...]) -> Row:
            values = next(compiler.apply_converters([row], converters)) if converters else row
            made: Row = model.from_db(DEFAULT_DB_ALIAS, names, values[columns[0] : columns[-1] + 1])
            for other in joined:
                other.populate(values, made)
            return made

        return statement, build
