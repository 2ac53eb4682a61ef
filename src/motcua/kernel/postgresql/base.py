"""Django's PostgreSQL backend with a cheaper look whether a connection still stands, and faster times."""

from datetime import UTC, datetime, tzinfo
from select import POLLIN, poll
from typing import Any

from django.db.backends.postgresql import base
from psycopg.abc import Buffer
from psycopg.types.datetime import TimestamptzLoader


class UtcLoader(TimestamptzLoader):
    """Reads a time as PostgreSQL writes it in a session in UTC, in C; other styles and eras as psycopg does."""

    timezone: tzinfo = UTC  # Django compares it

    def load(self, data: Buffer) -> datetime:
        try:
            read = datetime.fromisoformat(str(data, "ascii"))
        except ValueError:
            return super().load(data)
        return read if read.tzinfo is UTC else super().load(data)


class DatabaseWrapper(base.DatabaseWrapper):
    """See the module."""

    def get_connection_params(self) -> dict[str, Any]:
        """Django's, with our loader in a house that keeps its times in UTC."""
        params: dict[str, Any] = super().get_connection_params()
        if self.timezone is UTC:
            params["context"].register_loader("timestamptz", UtcLoader)
        return params

    def is_usable(self) -> bool:
        """Whether the server holds the connection: who closes one says so, and only then it is asked (SELECT 1)."""
        if self.connection is None or self.connection.closed:
            return False
        waiting = poll()
        waiting.register(self.connection.fileno(), POLLIN)
        return not waiting.poll(0) or bool(super().is_usable())
