"""Reading of signature levels: the policy of strength, what waits, which file an earlier download is of."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import yaml
from django.conf import settings
from django.db.models import QuerySet

from motcua.engines.signing.levels.rules import Strength
from motcua.engines.signing.models import DocumentLevel, Level, SignedFile, SignedVersion, UpgradeState
from motcua.engines.signing.queries import policies_on
from motcua.kernel.web.keyset import Count, capped_count
from motcua.people.officers.queries import local_day

ISSUED = (DocumentLevel.DECISION, DocumentLevel.SEAL)


@cache
def strengths() -> tuple[Strength, ...]:
    """The versioned data of ``renewal.yaml``."""
    return tuple(Strength(**entry) for entry in yaml.safe_load((Path(__file__).parent / "renewal.yaml").read_text()))


def usual_level() -> str:
    """The level that this installation gives its signed files (``MOTCUA_SIGNATURE_LEVEL``)."""
    level: str = settings.SIGNATURE_LEVEL
    return level


def wanted_level(at: datetime, *, of: Collection[DocumentLevel] = ISSUED) -> str:
    """The level of a document with its last signature: the usual one, or a higher one that the policies ask for.

    Those of decisions and of seals count unless told, for an issued document bears both. At most one statement.
    """
    rising = list(Level)
    usual = usual_level()
    if usual == rising[-1]:
        return usual
    policies = policies_on(local_day(at))
    asked = [policies[kind].lasting for kind in of if kind in policies]
    return max([usual, *asked], key=[level.value for level in rising].index)


def waiting_files() -> QuerySet[SignedFile]:
    """What has not its level, the longest waiting first. Page it."""
    open_files = SignedFile.objects.exclude(state=UpgradeState.REACHED).select_related("file")
    return open_files.order_by("registered_at", "id")


def signed_file_of(digest: str) -> SignedFile | None:
    """The signed file that ever had this content (SHA-256, hexadecimal), with its newest ``file``."""
    version = SignedVersion.objects.select_related("file__file").filter(digest=digest).order_by("id").first()
    return version.file if version else None


def overdue_renewals() -> QuerySet[SignedFile]:
    """What should have a newer archive time stamp by now and could not get it, those tried next first. Cut it off."""
    failing = SignedFile.objects.filter(state=UpgradeState.REACHED, tries__gt=0).select_related("file")
    return failing.order_by("due_at", "id")


def stamps_to_note() -> QuerySet[SignedFile]:
    """Of whose archive time stamps the house does not know the kind of key. Cut it off."""
    unknown = SignedFile.objects.filter(state=UpgradeState.REACHED, level=Level.LTA, stamp_key="")
    return unknown.select_related("file__blob").order_by("id")


@dataclass(frozen=True)
class Backlog:
    """How much there is to raise: ``waiting`` has not its level, ``due`` is to be raised or renewed now."""

    waiting: Count
    failed: Count
    due: Count
    oldest: datetime | None


def backlog(at: datetime) -> Backlog:
    """The backlog, counted up to a cap; four statements."""
    open_files = SignedFile.objects.exclude(state=UpgradeState.REACHED)
    first = open_files.order_by("registered_at", "id").values_list("registered_at", flat=True).first()
    failed = open_files.filter(state=UpgradeState.FAILED)
    waiting = open_files.filter(state=UpgradeState.WAITING)
    return Backlog(capped_count(waiting), capped_count(failed), capped_count(due(at)), first)


def due(at: datetime) -> QuerySet[SignedFile]:
    """Files to be raised or renewed at a moment, those due longest first."""
    return SignedFile.objects.filter(due_at__lte=at).order_by("due_at", "id")
