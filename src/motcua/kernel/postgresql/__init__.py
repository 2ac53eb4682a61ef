"""The database backend: Django's, without what each request need not pay. Named in settings as ``ENGINE``."""

from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg import Cursor


def prepared_cursor() -> CursorWrapper:
    """A cursor whose statements PostgreSQL plans once a session, as soon as they came a few times::

        with prepared_cursor() as cursor:
            cursor.execute("SELECT … WHERE id = %s", [key])

    For statements that are run all day, and best run in the same way whatever their values are: to plan the write of a
    transition took longer than to run it.
    """
    cursor: CursorWrapper = connection.cursor()
    if not connection.queries_logged:  # who reads statements wants their values in them, as Django writes them
        cursor.cursor = Cursor(connection.connection)
    return cursor
