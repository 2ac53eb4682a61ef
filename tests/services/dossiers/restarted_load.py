"""Officers at work while their database is restarted.

``python -m tests.services.dossiers.restarted_load STOP DONE OFFICERS``: so many OFFICERS work until the file STOP
exists, then what came of it is printed as JSON; DONE gets a byte for each dossier that is decided. Whoever gets no
answer asks again, as people do.
"""

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.site.settings_test")
django.setup()

from django.db import IntegrityError, InterfaceError, OperationalError, close_old_connections  # noqa: E402
from procrastinate.contrib.django.models import ProcrastinateJob  # noqa: E402

from motcua.kernel.errors import Conflict  # noqa: E402
from motcua.kernel.events.models import Event  # noqa: E402
from motcua.kernel.identifiers.models import new_id  # noqa: E402
from motcua.services.dossiers import actions  # noqa: E402
from motcua.services.dossiers.models import Dossier  # noqa: E402
from tests.services.dossiers.factories import Town, make_town, open_step, submit  # noqa: E402
from tests.services.dossiers.processes import PLAIN, package  # noqa: E402

unanswered = Counter[str]()


def surely(name: str, act: Callable[[], object]) -> None:
    """Ask until there is an answer; that it has been done already is one."""
    while True:
        close_old_connections()
        try:
            act()
        except (OperationalError, InterfaceError):
            unanswered[name] += 1
            time.sleep(0.1)  # nobody asks faster, and asking takes the time of those who work
        except (Conflict, IntegrityError):
            return
        else:
            return


def work(town: Town, stop: Path, noted: Path) -> list[UUID]:
    done = []
    reception, specialist = town.actor(town.reception), town.actor(town.specialist)
    while not stop.exists():
        key = new_id()
        surely("submit", lambda: submit(town, key=key))  # noqa: B023 - called at once
        surely("accept", lambda: actions.accept(key, by=reception))  # noqa: B023
        for outcome in ("ok", None):
            steps: list[UUID] = []
            surely("look", lambda: steps.append(open_step(Dossier(pk=key)).pk))  # noqa: B023
            surely("complete", lambda: actions.complete(key, item=steps[-1], outcome=outcome, by=specialist))  # noqa: B023
        done.append(key)
        with noted.open("ab") as notes:
            notes.write(b".")
    return done


def told(key: UUID) -> str:
    kinds = Event.objects.filter(stream=f"dossier:{key}").order_by("version").values_list("version", "kind")
    return " ".join(f"{version}:{kind.removeprefix('dossier.')}" for version, kind in kinds)


if __name__ == "__main__":
    made = make_town(package(*PLAIN))
    stopping, deciding, officers = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    with ThreadPoolExecutor(officers) as threads:
        futures = [threads.submit(work, made, stopping, deciding) for _ in range(officers)]
        keys = [key for future in futures for key in future.result()]
    close_old_connections()
    found = {
        "asked": len(keys),
        "stored": Dossier.objects.count(),
        "codes": Dossier.objects.values("code").distinct().count(),
        "receipts": ProcrastinateJob.objects.filter(task_name__endswith="render_form").count(),
        "stories": sorted({told(key) for key in keys}),
        "unanswered": dict(unanswered),
    }
    sys.stdout.write(json.dumps(found))
