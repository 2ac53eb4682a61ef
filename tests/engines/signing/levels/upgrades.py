"""A file that was raised to its level, without the authorities that this takes."""

from datetime import date

from django.utils import timezone

from motcua.engines.signing.models import DocumentLevel, SignedFile, SigningPolicy
from motcua.kernel.blobs.actions import keep, store_again
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.events.models import Event


def policy(level: DocumentLevel, lasting: str = "B-T") -> None:
    """A house that wants its signatures of a level to last."""
    day = date(2020, 1, 1)
    SigningPolicy.objects.create(level=level, lasting=lasting, valid_from=day, decided_at=timezone.now())


def upgraded(file: StoredFile, *, subject: str, wanted: str = "B-T") -> tuple[StoredFile, Event]:
    """A newer version (here the same content) of a file that waits for its level, and what rooms are told of it."""
    row = SignedFile.objects.get(subject=subject, file=file, wanted=wanted)
    newer = store_again(file, by=None)
    keep([newer.pk])
    SignedFile.objects.filter(pk=row.pk).update(file=newer)
    told = {"subject": subject, "old_file": str(file.pk), "new_file": str(newer.pk)}
    return newer, Event(kind="signing.upgraded", references=told)
