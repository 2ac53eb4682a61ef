"""The database backend: Django's, without what each request need not pay. Named in settings as ``ENGINE``."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper
from psycopg import Cursor

PREPARED_AFTER = 5  # executions in a session: what comes seldom would only be sent twice
MOST_PREPARED = 200


class _PreparedCursor(Cursor[Any]):
    """Only while it executes may the session prepare: statements of other cursors, each with its values in its text
    and so never the same, would be counted, too, and push out those that do come again.
    """

    def execute(self, query: Any, params: Any = None, **options: Any) -> "_PreparedCursor":
        session = self.connection
        session.prepare_threshold, session.prepared_max = PREPARED_AFTER, MOST_PREPARED
        try:
            return super().execute(query, params, **options)
        finally:
            session.prepare_threshold = None


def prepared_cursor() -> CursorWrapper:
    """A cursor whose statements PostgreSQL plans once a session, as soon as they came a few times::

        with prepared_cursor() as cursor:
            cursor.execute("SELECT … WHERE id = %s", [key])

    For statements that are run all day, and best run in the same way whatever their values are: to plan the write of a
    transition took longer than to run it.
    """
    own = connections[DEFAULT_DB_ALIAS]
    if own.queries_logged:  # who reads statements wants their values in them, as Django writes them
        return own.cursor()
    own.close_if_health_check_failed()
    own.ensure_connection()
    return CursorWrapper(_PreparedCursor(own.connection), own)
