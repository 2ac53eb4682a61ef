"""Building the whole demonstration, once, all or nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from motcua.kernel.events.actions import record
from motcua.kernel.events.models import Event
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office
from motcua.site.demo import (
    catalogue,
    centres,
    diary,
    documents,
    dossiers,
    files,
    government,
    people,
    stores,
    tasks,
    voices,
    work_files,
)

STREAM = "demonstration"
Tell = Callable[[str], None]


def is_built() -> bool:
    """Whether this database holds the demonstration."""
    return Event.objects.filter(stream=STREAM).exists()


def build_once(*, tell: Tell, tiers: int = 2) -> bool:
    """Fill an empty database with the demonstration; False when it holds anything already, or outside a checkout.

    ``tiers`` is 2 (province and commune) or 3 (with districts). One transaction: an interrupted build leaves nothing.
    """
    if not files.are_here() or Account.objects.exists() or Office.objects.exists():
        return False
    tell("Building the demonstration province Mẫu Sơn …")
    with _demonstration_keys(), transaction.atomic():
        _build(tell, tiers)
    voices.lay_out_map()
    return True


@contextmanager
def _demonstration_keys() -> Iterator[None]:
    """What is built is a demonstration, whatever the environment of the program that builds it says."""
    before, settings.DEMONSTRATION_KEYS = settings.DEMONSTRATION_KEYS, True
    try:
        yield
    finally:
        settings.DEMONSTRATION_KEYS = before


def _build(tell: Tell, tiers: int) -> None:
    now = timezone.now()
    administrator = people.make_administrator()
    government.establish(by=administrator, at=now, tiers=tiers)
    people.take_on_officers(by=administrator, tiers=tiers)
    government.give_certificates(at=now)
    centres.open_centres(by=administrator, at=now)
    government.open_accounts(by=administrator, at=now)
    people.register_parties(by=administrator)
    versions = catalogue.publish_packages(by=administrator, at=now)
    catalogue.publish_guides(by=administrator, at=now)
    catalogue.import_records(at=now)
    tell("Letting dossiers run …")
    count = dossiers.let_run(versions, now=now)
    stores.fill(now=now)
    papers = documents.circulate(now=now)
    ordered = tasks.order(now=now)
    work_files.keep(now=now)
    planned = diary.plan_weeks(now=now)
    petitions = voices.speak(now=now)
    record(
        stream=STREAM,
        kind="demonstration.built",
        actor=administrator.pk,
        agency=None,
        references={"tiers": tiers, "dossiers": count},
        at=now,
    )
    tell(f"{count} dossiers, {papers} official documents and {ordered} ordered tasks are on their way.")
    tell(f"{planned} appointments stand in the work calendars.")
    tell(f"{petitions} petitions and some questions wait for answers, or have them.")
