"""Rows of models written by statements that are kept: the ORM takes longer to write one than PostgreSQL to run it.

All values travel as one parameter, a JSON array of rows: a table has one statement and a session one plan for it,
however many rows there are and whichever of their columns are null. Tables whose columns JSON would bend, such as
``bytea``, are refused by the encoder.

What the ORM does besides is not done: no signals are sent, no ``auto_now`` is set, no default of the database
(``db_default``) is taken, and of a column of JSON the null is that of SQL.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db import DEFAULT_DB_ALIAS, DatabaseError
from django.db.models import Field, Model

from motcua.kernel.postgresql import prepared_cursor


def insert(rows: Iterable[Model]) -> None:
    """Insert rows, which may be of several tables, those of one together; one statement. Keys are the program's."""
    parts = [(model, list(some)) for model, some in groupby(rows, attrgetter("__class__"))]
    if not parts:
        return
    with prepared_cursor() as cursor:
        cursor.execute(
            _insert(tuple(model for model, _some in parts)),
            [_values(some, model._meta.concrete_fields) for model, some in parts],
        )
    for _model, some in parts:
        _are_stored(some)


def inserting(rows: Sequence[Model]) -> tuple[str, str]:
    """As :func:`insert` for rows of one table, but as a part of the caller's own statement: its text and parameter."""
    _are_stored(rows)
    return _insert_into(type(rows[0])), _values(rows, type(rows[0])._meta.concrete_fields)


def _are_stored(rows: Iterable[Model]) -> None:
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def update(rows: Sequence[Model], names: Sequence[str] = ()) -> None:
    """Write rows of one table that are there: all their columns, or the fields that are named; one statement.

    Raises ``DatabaseError``, as the ORM does, when one is gone, so that nothing is told of it; ``FieldDoesNotExist``.
    """
    if not rows:
        return
    fields = _fields(type(rows[0]), tuple(names))
    with prepared_cursor() as cursor:
        cursor.execute(_update(type(rows[0]), tuple(names)), [_values(rows, fields)])
        if cursor.rowcount != len({row.pk for row in rows}):
            raise DatabaseError(f"{cursor.rowcount} of {len(rows)} rows are there")


@cache
def _insert(models: tuple[type[Model], ...]) -> str:
    *before, last = map(_insert_into, models)
    kept = ", ".join(f"part_{number} AS ({part})" for number, part in enumerate(before))
    return f"WITH {kept} {last}" if kept else last


@cache
def _insert_into(model: type[Model]) -> str:
    table, columns = model._meta.db_table, ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
    return f"INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, %s)"  # noqa: S608 - names of models


@cache
def _update(model: type[Model], names: tuple[str, ...]) -> str:
    table, key = model._meta.db_table, model._meta.pk.column
    columns = [field.column for field in _fields(model, names) if not field.primary_key]
    assignments = ", ".join(f'"{column}" = new."{column}"' for column in columns)
    return (
        f"UPDATE {table} AS old SET {assignments} FROM jsonb_populate_recordset(NULL::{table}, %s) AS new"  # noqa: S608 - names of models
        f' WHERE old."{key}" = new."{key}"'
    )


@cache
def _fields(model: type[Model], names: tuple[str, ...]) -> "Sequence[Field[Any, Any]]":
    fields = model._meta.concrete_fields
    unknown = set(names).difference(field.name for field in fields)
    if unknown:
        raise FieldDoesNotExist(f"{model.__name__} has no field called {', '.join(sorted(unknown))}")
    return [field for field in fields if field.primary_key or field.name in names] if names else fields


def _values(rows: Iterable[Model], fields: "Sequence[Field[Any, Any]]") -> str:
    return dumps([{field.column: getattr(row, field.attname) for field in fields} for row in rows])


def _plain(value: object) -> str:
    # Not Django's encoder, which cuts times to milliseconds: what is stored must be what was told.
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


dumps = json.JSONEncoder(default=_plain, ensure_ascii=False).encode
"""What a statement reads as JSON: keys, amounts, days and times as PostgreSQL reads them."""
