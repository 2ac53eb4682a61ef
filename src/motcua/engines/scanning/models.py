"""What is being scanned, the files it is made of, and what was made of them."""

from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.engines.scanning.protocol import Problem
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.identifiers.models import Keyed


class Scan(Keyed):
    """Files of one paper that become one PDF with a text layer; its originals are the pages.

    ``purpose`` names the room's taker (``takers``), ``subject`` and ``target`` what it is for there. What was read of
    a person stands in no row here: the taker gets it and nobody else.
    """

    class State(models.TextChoices):
        COLLECTING = "collecting", _("Pages are being added")
        WAITING = "waiting", _("Waiting")
        WORKING = "working", _("Being made")
        DONE = "done", _("Made")
        FAILED = "failed", _("Could not be made")

    class Stage(models.TextChoices):
        STRAIGHTENING = "straightening", _("Straightening the pages")
        RECOGNISING = "recognising", _("Recognising the text")

    purpose = models.CharField(max_length=40)
    subject = models.UUIDField()
    target = models.CharField(max_length=200, blank=True)
    plain = models.BooleanField(default=False, db_default=False)  # pages are joined, text is not recognised
    state = models.CharField(max_length=10, choices=State.choices, default=State.COLLECTING)
    stage = models.CharField(max_length=14, choices=Stage.choices, blank=True)
    done = models.PositiveSmallIntegerField(default=0)
    of = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=20, blank=True)
    # What was made; none once nobody keeps it.
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, blank=True, related_name="scans")
    made_pages = models.PositiveSmallIntegerField(default=0)
    recognised = models.BooleanField(default=False)
    asked_by = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["done", "failed"], ended_at__isnull=False)
                | Q(state__in=["collecting", "waiting", "working"], ended_at=None),
                name="scan_ended_with_state",
                violation_error_message=_("A scan has ended exactly when its state says so."),
            ),
            models.CheckConstraint(
                condition=Q(state="failed", problem__in=[problem.value for problem in Problem])
                | (~Q(state="failed") & Q(problem="")),
                name="scan_failed_with_problem",
                violation_error_message=_("A scan that could not be made says why."),
            ),
            models.UniqueConstraint(
                fields=["purpose", "subject", "target"],
                condition=Q(state__in=["collecting", "waiting", "working"]),
                name="scan_open_once",
                violation_error_message=_("This is being scanned already."),
            ),
        ]
        indexes = [models.Index(fields=["subject", "target", "-created_at"], name="scan_of_subject")]

    @property
    def is_open(self) -> bool:
        """Whether it is still being collected or made."""
        return self.ended_at is None

    @property
    def is_running(self) -> bool:
        """Whether it waits for a worker or is being made."""
        return self.state in RUNNING


RUNNING: Final = (Scan.State.WAITING, Scan.State.WORKING)


class ScanPage(Keyed):
    """A file that was taken in: the original of what is made of it, in the order of the pages.

    ``only``: which pages of a PDF, as ``1-3,5``; empty for all.
    """

    scan = models.ForeignKey(Scan, models.CASCADE, related_name="pages")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    only = models.TextField(blank=True, db_default="")

    class Meta:
        ordering = ["position", "id"]
