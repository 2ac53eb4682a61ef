"""The dossier itself."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party
from motcua.people.organisations.models import Office
from motcua.services.procedures.choices import Channel
from motcua.services.procedures.models import Case, ProcedureVersion


class State(models.TextChoices):
    """Where a dossier stands. The national code of each is data (:mod:`rules.national`)."""

    SUBMITTED = "submitted", _("Submitted")
    ACCEPTED = "accepted", _("Accepted")
    IN_PROCESS = "in_process", _("In process")
    WAITING_SUPPLEMENT = "waiting_supplement", _("Waiting for a supplement")
    WAITING_PAYMENT = "waiting_payment", _("Waiting for payment")
    WAITING_AGENCY = "waiting_agency", _("With another agency")
    DECIDED = "decided", _("Result ready")
    RETURNED = "returned", _("Returned")
    REFUSED = "refused", pgettext_lazy("dossier", "Not accepted")
    STOPPED = "stopped", _("Stopped")
    WITHDRAWN = "withdrawn", _("Withdrawn")


CLOSED = (State.RETURNED, State.REFUSED, State.STOPPED, State.WITHDRAWN)
CLOCK_STOPPED = (State.WAITING_SUPPLEMENT, State.WAITING_PAYMENT)
RUNNING_CLOCK = Q(decided_at=None) & ~Q(state__in=CLOCK_STOPPED)


class ReturnMethod(models.TextChoices):
    """How the result reaches its owner (hình thức trả kết quả)."""

    DESK = "desk", pgettext_lazy("return", "At the counter")
    POST = "post", pgettext_lazy("return", "By post")
    ONLINE = "online", _("Online")


def without_package(version: str) -> list[str]:
    """The large columns of a joined version, to defer: nobody reads a whole process for its procedure's name."""
    return [f"{version}__{name}" for name in ("results", "settings", "form", "process", "source_record")]


class DossierQuerySet(models.QuerySet["Dossier"]):
    """Dossiers by what matters to those who work on them."""

    def open(self) -> "DossierQuerySet":
        """Those that still need work."""
        return self.filter(closed_at=None)

    def overdue(self, *, at: datetime) -> "DossierQuerySet":
        """Open and undecided past the promised time, while the clock runs."""
        return self.open().filter(RUNNING_CLOCK, due_at__lt=at)

    def for_list(self) -> "DossierQuerySet":
        """With procedure and offices joined, but not the whole process of the procedure."""
        joined = self.select_related("procedure_version__procedure", "receiving_office", "resolving_office")
        return joined.defer(*without_package("procedure_version"))

    def for_rows(self) -> "DossierQuerySet":
        """As :meth:`for_list`, without what no row of a list shows."""
        return self.for_list().defer("form_data", "facts", "offices")


class Dossier(Keyed):
    """A request of a citizen or business under one version of one procedure (hồ sơ thủ tục hành chính)."""

    code = models.CharField(max_length=60, null=True, blank=True, unique=True)
    submission_number = models.CharField(max_length=40, unique=True)
    portal_code = models.CharField(max_length=60, blank=True)  # given by the national portal; the code from acceptance
    procedure_version = models.ForeignKey(ProcedureVersion, models.PROTECT, related_name="dossiers")
    case = models.ForeignKey(Case, models.PROTECT, related_name="dossiers")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    state = models.CharField(max_length=20, choices=State.choices, default=State.SUBMITTED)
    version = models.PositiveIntegerField(default=1)  # counts transitions: who read an older one is too late

    applicant = models.ForeignKey(Party, models.PROTECT, related_name="dossiers", db_index=False)
    applicant_name = models.CharField(max_length=200)
    representative = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="dossiers_for_others", db_index=False
    )
    submitted_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="submitted_dossiers")
    subject = models.CharField(max_length=500)
    form_data = models.JSONField(default=dict)
    copies = models.PositiveSmallIntegerField(default=1)  # number of sets handed over (số bộ)

    receiving_office = models.ForeignKey(Office, models.PROTECT, related_name="received_dossiers", db_index=False)
    resolving_office = models.ForeignKey(Office, models.PROTECT, related_name="resolved_dossiers", db_index=False)
    facts = models.JSONField(default=dict)  # what steps and decisions added to the form data, for conditions
    offices = models.JSONField(default=dict)  # selector of the process → office id, fixed at acceptance

    submitted_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_office = models.ForeignKey(  # in whose book it stands; where it is handled now, its successor may be
        Office, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    counted_from = models.DateTimeField(null=True, blank=True)  # start of the clock: acceptance or a restart
    limit_value = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    limit_unit = models.CharField(max_length=15, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    told_due_soon_of = models.DateTimeField(null=True, blank=True)  # the appointment of which officers were warned
    told_overdue_of = models.DateTimeField(null=True, blank=True)
    calendar_version = models.PositiveIntegerField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    return_method = models.CharField(max_length=10, choices=ReturnMethod.choices, default=ReturnMethod.DESK)
    return_address = models.CharField(max_length=250, blank=True)
    returned_to = models.CharField(max_length=200, blank=True)
    supplements_asked = models.PositiveSmallIntegerField(default=0)
    extensions_made = models.PositiveSmallIntegerField(default=0)

    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", db_index=False)
    parent_token = models.UUIDField(null=True, blank=True)  # the parent's work item that waits for this dossier
    is_joint = models.BooleanField(default=False, db_default=False)  # has co-applicants
    imported_from = models.CharField(max_length=120, blank=True)  # file and row of a going-live import

    objects = DossierQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[State.SUBMITTED, State.REFUSED, State.WITHDRAWN, State.WAITING_SUPPLEMENT])
                | (Q(code__isnull=False) & Q(accepted_at__isnull=False)),
                name="dossier_accepted_has_code",
                violation_error_message=_("An accepted dossier has a code and a time of acceptance."),
            ),
            models.CheckConstraint(
                condition=Q(code__isnull=True, accepted_at__isnull=True)
                | Q(code__isnull=False, accepted_at__isnull=False),
                name="dossier_code_with_acceptance",
                violation_error_message=_("The code is given at acceptance."),
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, state__in=[s for s in State.values if s not in CLOSED])
                | Q(closed_at__isnull=False, state__in=CLOSED),
                name="dossier_closed_with_state",
                violation_error_message=_("A dossier is closed exactly when its state says so."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.DECIDED, State.RETURNED]) | Q(decided_at__isnull=False),
                name="dossier_decided_has_time",
                violation_error_message=_("A decided dossier has the time of its decision."),
            ),
            models.CheckConstraint(
                condition=~Q(state=State.RETURNED) | Q(returned_at__isnull=False),
                name="dossier_returned_has_time",
                violation_error_message=_("A returned dossier has the time of its return."),
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(accepted_at__gte=F("submitted_at")),
                name="dossier_accepted_after_submission",
                violation_error_message=_("A dossier cannot be accepted before it was submitted."),
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="dossier_not_own_parent",
                violation_error_message=_("A dossier cannot be its own parent."),
            ),
            models.UniqueConstraint(
                fields=["portal_code"],
                condition=~Q(portal_code=""),
                name="dossier_from_portal_once",
                violation_error_message=_("This dossier of the national portal is here already."),
            ),
            models.UniqueConstraint(
                fields=["parent_token"],
                condition=Q(parent_token__isnull=False),
                name="dossier_spawned_once",
                violation_error_message=_("The interlinked dossier has been opened already."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["resolving_office", "due_at", "id"], name="dossier_open_resolving", condition=Q(closed_at=None)
            ),
            models.Index(
                fields=["receiving_office", "due_at", "id"], name="dossier_open_receiving", condition=Q(closed_at=None)
            ),
            models.Index(
                fields=["receiving_office", "submitted_at", "id"],
                name="dossier_to_accept",
                condition=Q(state="submitted"),
            ),
            models.Index(
                fields=["receiving_office", "decided_at", "id"], name="dossier_to_return", condition=Q(state="decided")
            ),
            models.Index(
                fields=["state", "-submitted_at", "-id"], name="dossier_open_state", condition=Q(closed_at=None)
            ),
            models.Index(
                fields=["state", "-submitted_at", "-id"],
                name="dossier_closed_state",
                condition=Q(closed_at__isnull=False),
            ),
            models.Index(
                fields=["-submitted_at", "-id"],
                include=["due_at"],
                name="dossier_clock_runs",
                condition=Q(closed_at=None) & RUNNING_CLOCK,
            ),
            models.Index(
                fields=["accepted_office", "accepted_at", "id"],
                name="dossier_booked",
                condition=Q(accepted_office__isnull=False),
            ),
            models.Index(fields=["receiving_office", "-submitted_at", "-id"], name="dossier_received"),
            models.Index(fields=["resolving_office", "-submitted_at", "-id"], name="dossier_resolved"),
            models.Index(fields=["-submitted_at", "-id"], name="dossier_newest"),
            models.Index(fields=["applicant", "-submitted_at", "-id"], name="dossier_of_applicant"),
            # Most dossiers have neither: entries for none cost every submission a page of each index.
            models.Index(fields=["parent"], name="dossier_child", condition=Q(parent__isnull=False)),
            models.Index(
                fields=["representative"], name="dossier_represented", condition=Q(representative__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people call it: the code, before acceptance the submission number."""
        return self.code or self.submission_number

    @property
    def stream(self) -> str:
        """Its stream of events."""
        return f"dossier:{self.id}"

    @property
    def is_open(self) -> bool:
        """Whether it still needs work."""
        return self.closed_at is None
