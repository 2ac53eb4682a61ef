"""What a supervisor asks: is the process alive, and can it serve?"""

import shutil
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from motcua.engines.scanning import programs
from motcua.kernel.jobs.unserved import unserved_queues

LEAST_FREE_BYTES = 500 * 1024 * 1024
OLDEST_HEARTBEAT_SECONDS = 60
LATE = timedelta(minutes=10)  # of a job that nobody has begun


@require_GET
@never_cache
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers. Nothing else is asked: a database that is away is no reason to kill it."""
    return HttpResponse("ok", content_type="text/plain")


@require_GET
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether requests can be served: 200, or 503 when one of ``needed`` fails.

    ``watched`` only warns, for pages are served without what it tells of; ``unserved_queues`` have no worker, and are
    null where the database did not tell in time.
    """
    needed = {name: _ok(check) for name, check in _NEEDED.items()}
    watched = {name: needed["database"] and _ok(check) for name, check in _WATCHED.items()}
    unserved = _unserved() if needed["database"] and needed["migrations"] else []
    watched["queues"] = needed["database"] and unserved == []
    ready = all(needed.values())
    told = {"ready": ready, "needed": needed, "watched": watched, "unserved_queues": unserved}
    return JsonResponse(told, status=200 if ready else 503)


def _ok(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (DatabaseError, OSError):
        return False


def _unserved() -> list[str] | None:
    try:
        return unserved_queues(late=LATE)
    except DatabaseError:
        return None


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone()[0])


def _migrations() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _space() -> bool:
    return shutil.disk_usage(settings.HOME).free > LEAST_FREE_BYTES


def _worker() -> bool:
    """Some worker has given a sign of life within the last minute."""
    with connection.cursor() as cursor:
        alive = "last_heartbeat > now() - %s * interval '1 second'"
        query = f"SELECT EXISTS (SELECT FROM procrastinate_workers WHERE {alive})"  # noqa: S608 - our own text
        cursor.execute(query, [OLDEST_HEARTBEAT_SECONDS])
        return bool(cursor.fetchone()[0])


def _subscribers() -> bool:
    """No subscriber of events is stuck."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT NOT EXISTS (SELECT FROM events_subscription WHERE failures > 0)")
        return bool(cursor.fetchone()[0])


def _recognition() -> bool:
    """The programs that recognise the text of scans are here."""
    return not programs.missing()


_NEEDED = {"database": _database, "migrations": _migrations, "space": _space}
_WATCHED = {"worker": _worker, "subscribers": _subscribers, "recognition": _recognition}
