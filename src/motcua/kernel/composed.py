"""Querysets composed once: what every request asks takes the ORM longer to write than PostgreSQL to answer."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.transaction import TransactionManagementError

from motcua.kernel.postgresql import prepared_cursor

Row = TypeVar("Row", bound=Model)
Rows = TypeVar("Rows", bound="QuerySet[Any]", covariant=True)
Build = Callable[[tuple[Any, ...]], Row]


class Composed(Generic[Row]):
    """Reads the models of a queryset, with those that it joins and annotates, by a statement that it keeps::

        sessions = Composed[Session]()
        sessions(lambda: Session.objects.filter(digest=digest), [digest])  # a list; one statement

    ``values`` are all the parameters of the statement, in its order. Where the statement depends on something, such as
    how many offices there are, that is its ``shape``: one statement is kept for each.
    """

    MOST_SHAPES = 500

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[str, Build[Row]]] = {}

    def __call__(
        self, queryset: "Callable[[], QuerySet[Row]]", values: Sequence[Any], *, shape: Hashable = None
    ) -> list[Row]:
        if shape not in self._kept:
            if len(self._kept) >= self.MOST_SHAPES:
                self._kept.clear()
            try:
                self._kept[shape] = _composed(queryset(), values)
            except EmptyResultSet:  # nothing can fulfil its conditions
                return []
        statement, build = self._kept[shape]
        if " FOR UPDATE" in statement and not connection.in_atomic_block:  # Django asks where it composes
            raise TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        with prepared_cursor() as cursor:
            cursor.execute(statement, values)
            return [build(row) for row in cursor.fetchall()]


class Statement(NamedTuple):
    """A statement and its parameters; ``steady`` when it is best run in the same way whatever they are."""

    sql: str
    params: Sequence[Any]
    steady: bool = True


@dataclass(frozen=True)
class Asked(Generic[Rows]):
    """Rows of a list that is opened again and again, so that its statement is worth keeping.

    ``values`` are the parameters of the queryset in their order; ``shape`` is all else on which its statement depends,
    and names the list. ``steady`` as in :class:`Statement`: not where a value, such as a state, names the index by
    which they are found. Whoever narrows them further goes on from :attr:`queryset`.
    """

    shape: Hashable
    values: tuple[Any, ...]
    build: Callable[[], Rows]
    steady: bool = True

    @property
    def queryset(self) -> Rows:
        """The rows as the ORM composes them."""
        return self.build()


_keys: dict[Hashable, str] = {}


def keys(queryset: "Callable[[], QuerySet[Any]]", values: Sequence[Any], *, shape: Hashable) -> Statement | None:
    """The statement that reads the keys of a queryset, kept for its shape; none where nothing can fulfil it.

    Raises ``ValueError`` when ``values`` are not the parameters that a newly composed statement asks for.
    """
    if shape not in _keys:
        if len(_keys) >= Composed.MOST_SHAPES:
            _keys.clear()
        try:
            statement, parameters = queryset().values("pk").query.sql_with_params()
        except EmptyResultSet:
            return None
        _require_same(statement, parameters, values)
        _keys[shape] = statement
    return Statement(_keys[shape], values)


def _require_same(statement: str, parameters: Sequence[Any], values: Sequence[Any]) -> None:
    if list(parameters) != list(values):
        raise ValueError(f"The statement asks for {parameters}, not for {values}: {statement}")


def _composed(queryset: "QuerySet[Row]", values: Sequence[Any]) -> tuple[str, Build[Row]]:
    compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
    statement, parameters = compiler.as_sql()
    _require_same(statement, parameters, values)
    converters = compiler.get_converters([column for column, *_rest in compiler.select])
    columns = compiler.klass_info["select_fields"]
    names = [compiler.select[place][0].target.attname for place in columns]
    annotated = compiler.annotation_col_map
    joined = get_related_populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]
    model = compiler.klass_info["model"]

    def build(row: tuple[Any, ...]) -> Row:
        cells = next(compiler.apply_converters([row], converters)) if converters else row
        made: Row = model.from_db(DEFAULT_DB_ALIAS, names, cells[columns[0] : columns[-1] + 1])
        for other in joined:
            other.populate(cells, made)
        for name, place in annotated.items():
            setattr(made, name, cells[place])
        return made

    return statement, build
