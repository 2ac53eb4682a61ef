"""What many tests begin with: made once in a process, written again for each of them.

To make a town takes a hundred statements through the ORM, and two keys that are encrypted; to send what was written
takes one. The rows of all tests are those of the first, keys and times included, and each test loses its own again.
"""

import pickle
from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

Made = TypeVar("Made")
_NOTHING_WRITTEN = ("SELECT", "SAVEPOINT", "RELEASE")
_kept: dict[Hashable, tuple[str, bytes]] = {}


def again(key: Hashable, make: Callable[[], Made], *, unless: Sequence[type[Model]]) -> Made:
    """What ``make`` makes. If it was made under this key before, the same rows are written, in one statement.

    Where one of the tables ``unless`` holds anything, ``make`` is asked: the rows may be there already, or it may
    depend on those that are.
    """
    if _any_row(unless):
        return make()
    if key not in _kept:
        statements: list[str] = []

        def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
            assert not many, sql
            if not sql.lstrip().startswith(_NOTHING_WRITTEN):
                statements.append(connection.ops.compose_sql(sql, params))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            made = make()
        _kept[key] = (";\n".join(statements), pickle.dumps(made))
    else:
        with connection.cursor() as cursor:
            cursor.execute(_kept[key][0])
    # A copy for the first one too: no test may hold because it came first.
    return pickle.loads(_kept[key][1])  # type: ignore[no-any-return]


def _any_row(models: Sequence[type[Model]]) -> bool:
    tables = (connection.ops.quote_name(model._meta.db_table) for model in models)
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + " OR ".join(f"EXISTS (SELECT FROM {table})" for table in tables))
        return bool(cursor.fetchone()[0])
