"""How far the national portal knows each dossier, what came from there, and what a comparison found."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from motcua.engines.exchange.standing import Standing
from motcua.kernel.identifiers.models import Keyed
from motcua.services.dossiers.models import Dossier
from motcua.services.national_portal.rules import AT_ONCE


class Exchange(models.Model):
    """How far the portal knows a dossier (tình trạng đồng bộ).

    The events are the outbox: ``wanted`` is the version of the dossier's last event that concerns the portal, ``told``
    the last whose content the portal has, ``moved`` the last whose movement it has. Nothing is queued twice.
    """

    class State(models.TextChoices):
        KNOWN = "known", pgettext_lazy("portal", "In step")
        WAITING = "waiting", pgettext_lazy("portal", "On the way")
        STUCK = "stuck", pgettext_lazy("portal", "Refused by the portal")
        LEFT = "left", pgettext_lazy("portal", "Left out")

    dossier = models.OneToOneField(Dossier, models.CASCADE, primary_key=True, related_name="portal_exchange")
    known_as = models.CharField(max_length=60)  # MaHoSo: what the portal calls it never changes
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    wanted = models.PositiveIntegerField(default=0)
    told = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    unsure = models.BooleanField(default=False)  # an answer was lost: the portal may know more than we noted
    attempts = models.PositiveIntegerField(default=0)
    fault = models.CharField(max_length=500, blank=True)
    waiting_since = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)  # a worker is sending it
    quiet_until = models.DateTimeField(null=True, blank=True)  # the portal may still be writing what it never answered
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="known") | Q(wanted__lte=F("moved")),
                name="exchange_known_is_told",
                violation_error_message=_("The portal knows a dossier when it has its last movement."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["stuck", "left"]) | ~Q(fault=""),
                name="exchange_stuck_has_fault",
                violation_error_message=_("Say why a dossier is not sent."),
            ),
        ]
        indexes = [
            models.Index(fields=["waiting_since", "dossier"], name="exchange_waiting", condition=Q(state="waiting")),
            models.Index(fields=["waiting_since", "dossier"], name="exchange_stuck", condition=Q(state="stuck")),
        ]


class Link(Standing):
    """Whether the portal answers. One row: who finds it dead spares the others the waiting."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at_once = models.PositiveSmallIntegerField(default=AT_ONCE)  # dossiers that are told together

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="link_one")]


class Arrival(Keyed):
    """A message of the portal about a dossier that was filed there (hồ sơ từ Cổng).

    What it says stands sealed until the dossier has it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("arrival", "To be taken in")
        TAKEN = "taken", pgettext_lazy("arrival", "Taken in")
        STUCK = "stuck", pgettext_lazy("arrival", "Cannot be taken in")
        LEFT = "left", pgettext_lazy("arrival", "Left aside")

    code = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)  # SHA-256 of what was said: the same again changes nothing
    said = models.BinaryField(blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    fault = models.CharField(max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    dossier = models.ForeignKey(Dossier, models.PROTECT, null=True, blank=True, related_name="portal_arrivals")
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "digest"], name="arrival_said_once"),
            models.CheckConstraint(
                condition=~Q(state__in=["stuck", "left"]) | ~Q(fault=""),
                name="arrival_stuck_has_fault",
                violation_error_message=_("Say why a message is not taken in."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["received_at", "id"], name="arrival_open", condition=Q(state__in=["waiting", "stuck"])
            ),
            models.Index(fields=["code"], name="arrival_of_code"),
        ]

    def __str__(self) -> str:
        return self.code


class Comparison(Keyed):
    """What we and the portal say of the dossiers that moved on a day (báo cáo đối soát)."""

    day = models.DateField(unique=True)
    compared = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)  # accepted here, unknown there
    differing = models.PositiveIntegerField(default=0)  # in another state there
    untold = models.PositiveIntegerField(default=0, db_default=0)  # came in here, and the portal was never told
    left = models.PositiveIntegerField(default=0, db_default=0)  # left out or aside by a person, so not in step
    # [code, state here (empty: left aside, no dossier), state there or null] of the first thousand
    found = models.JSONField(default=list)
    made_at = models.DateTimeField()


class MonthlyReport(Keyed):
    """The figures of a month that the portal was told of an office (thống kê hồ sơ tháng)."""

    month = models.DateField()  # its first day
    office_code = models.CharField(max_length=35)
    figures = models.JSONField()
    told_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["month", "office_code"], name="report_of_month_once")]
