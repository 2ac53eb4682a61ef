"""``python -m benchmarks.loading NUMBER``: fill the database of ``MOTCUA_DATABASE_URL`` with dossiers."""

import sys
import time

import django

django.setup()

from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402
from tests.factories import make_office  # noqa: E402
from tests.services.dossiers.factories import make_town  # noqa: E402

from benchmarks.loading.dossiers import Loader, scene_of  # noqa: E402
from benchmarks.loading.tables import bare  # noqa: E402
from motcua.kernel.blobs.actions import store_bytes  # noqa: E402
from motcua.kernel.events.actions import record_many  # noqa: E402

CHUNK = 20_000
SMALL_OFFICES = 129
EVENTS_AT_ONCE = 2_000


def load(total: int) -> None:
    """Make a town, its neighbours, and ``total`` dossiers."""
    town = make_town()
    offices = [(town.office.pk, town.office.codes.get().code)]
    for number in range(SMALL_OFFICES):
        made = make_office(f"Ủy ban nhân dân xã Mẫu số {number + 1}", kind="commune_committee", level="commune")
        offices.append((made.pk, made.codes.get().code))
    file = store_bytes(b"%PDF-1.4\n%%EOF\n", name="mau.pdf", media_type="application/pdf", by=town.specialist.pk)
    loader = Loader(scene_of(town, offices, file, total))
    loader.add_people(max(50, total // 3)).copy()
    with bare([*(rows.table for rows in loader.tables), "dossiers_involvement"]):
        _copy(loader, total)
        _involve()
    _tell(loader)


def _copy(loader: Loader, total: int) -> None:
    began = time.monotonic()
    for number, stage, submitted in loader.numbers():
        loader.add(number, stage, submitted)
        if (number + 1) % CHUNK == 0 or number + 1 == total:
            for rows in loader.tables:
                rows.copy()
            print(f"    {number + 1:,} of {total:,} after {time.monotonic() - began:.0f} s", flush=True)


def _involve() -> None:
    """What triggers would have written row by row; every office of these dossiers is at home."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO dossiers_involvement (dossier_id, office_id) "
            "SELECT id, receiving_office_id FROM dossiers_dossier"
        )


def _tell(loader: Loader) -> None:
    """Events of the open dossiers, sealed as the house seals them."""
    for start in range(0, len(loader.events), EVENTS_AT_ONCE):
        with transaction.atomic():
            record_many(loader.events[start : start + EVENTS_AT_ONCE])


if __name__ == "__main__":
    print(f"    {timezone.now():%H:%M:%S} begin")
    load(int(sys.argv[1]))
