"""A worker as a process of its own, with a service that waits: ``python -m tests.services.dossiers.slow_worker``."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.site.settings_test")
django.setup()

from motcua.kernel.jobs import worker  # noqa: E402
from motcua.services.dossiers.services import service  # noqa: E402
from motcua.services.dossiers.standing import Row  # noqa: E402

NOTES = Path(os.environ["SLOW_SERVICE_NOTES"])


@service("slow")
def slow(dossier: Row) -> Mapping[str, Any]:
    """Note the call, then wait until the test lets it go on."""
    with NOTES.open("a") as notes:
        notes.write("called\n")
    while not NOTES.with_suffix(".go").exists():
        time.sleep(0.02)
    return {"found": 1}


worker.run(concurrency=1)
