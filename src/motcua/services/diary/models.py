"""Work calendars (lịch công tác): appointments of an office, who takes part, its meeting rooms, calendar links."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office
from motcua.services.correspondence.models import IncomingDocument, OutgoingDocument
from motcua.services.diary import rules


class MeetingRoom(Keyed):
    """A room of an office (phòng họp) that appointments book. A closed one keeps what was booked."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    place = models.CharField(max_length=200, blank=True)  # floor, building, equipment
    seats = models.PositiveSmallIntegerField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "name"],
                name="diary_room_named_once",
                violation_error_message=_("The office has a room of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Appointment(Keyed):
    """Something that stands in the week of an office (lịch công tác), proposed first or published at once.

    ``sequence`` grows with each change that calendars must hear of. Who leads is an :class:`Attendee`, or somebody
    from outside by name.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("appointment", "Proposed")
        PUBLISHED = "published", pgettext_lazy("appointment", "Published")
        CANCELLED = "cancelled", pgettext_lazy("appointment", "Cancelled")
        DECLINED = "declined", pgettext_lazy("appointment", "Declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("appointment", "Withdrawn")

    class Visibility(models.TextChoices):
        OFFICE = "office", _("The office, its units and who takes part")
        PROVINCE = "province", _("All officers of the province")

    office = models.ForeignKey(Office, models.PROTECT, related_name="+", db_index=False)
    subject = models.CharField(max_length=500)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    chair_name = models.CharField(max_length=200, blank=True)  # who leads, where it is nobody of the office
    others = models.TextField(blank=True)  # who takes part besides, in words
    room = models.ForeignKey(MeetingRoom, models.PROTECT, null=True, blank=True, related_name="+")
    place = models.CharField(max_length=200, blank=True)
    preparing = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True)
    document = models.ForeignKey(IncomingDocument, models.PROTECT, null=True, blank=True, related_name="+")
    outgoing = models.ForeignKey(OutgoingDocument, models.PROTECT, null=True, blank=True, related_name="+")
    visibility = models.CharField(max_length=8, choices=Visibility.choices, default=Visibility.OFFICE)
    state = models.CharField(max_length=9, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()
    sequence = models.PositiveIntegerField(default=0)
    series = models.UUIDField(null=True, blank=True)  # shared by all times of what is repeated
    reason = models.TextField(blank=True)  # why it was last moved, declined or cancelled

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at"), ends_at__lte=F("starts_at") + rules.LONGEST),
                name="diary_span",
                violation_error_message=_("It ends after it begins, within 31 days."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["published", "cancelled"], published_at__isnull=False)
                | (~Q(state__in=["published", "cancelled"]) & Q(published_at=None)),
                name="diary_published_with_state",
                violation_error_message=_("It has been published exactly when its state says so."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["cancelled", "declined"]) | ~Q(reason=""),
                name="diary_ended_with_reason",
                violation_error_message=_("Say why."),
            ),
            models.CheckConstraint(
                condition=Q(document=None) | Q(outgoing=None),
                name="diary_one_document",
                violation_error_message=_("It comes from one document."),
            ),
            # A range of one key stands for the key: no extension is needed to compare it within a GiST index.
            ExclusionConstraint(
                name="diary_room_once",
                expressions=[
                    (Func(F("room"), F("room"), Value("[]"), function="diary_keyrange"), "&&"),
                    (Func(F("starts_at"), F("ends_at"), function="tstzrange"), "&&"),
                ],
                condition=Q(state="published", room__isnull=False),
                violation_error_message=_("The room is taken at this time."),
            ),
        ]
        indexes = [
            models.Index(fields=["office", "starts_at"], name="diary_of_office"),
            models.Index(fields=["starts_at"], name="diary_of_province", condition=Q(visibility="province")),
            models.Index(fields=["office", "starts_at", "id"], name="diary_proposed", condition=Q(state="proposed")),
            models.Index(fields=["series", "starts_at"], name="diary_of_series", condition=Q(series__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def stream(self) -> str:
        """Its stream of events."""
        return f"diary:{self.pk}"


class Attendee(Keyed):
    """Who leads or takes part: an officer, or a whole unit (``officer`` is none).

    ``starts_at`` repeats that of the appointment, so that an index leads to somebody's week, however long they serve.
    """

    class Part(models.TextChoices):
        CHAIRS = "chairs", pgettext_lazy("appointment", "Leads")
        ATTENDS = "attends", pgettext_lazy("appointment", "Takes part")

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="attendees")
    part = models.CharField(max_length=7, choices=Part.choices)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", db_index=False)
    officer = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    starts_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["appointment"], condition=Q(part="chairs"), name="diary_one_chairs",
                violation_error_message=_("One person leads."),
            ),
            models.UniqueConstraint(
                fields=["appointment", "officer"], condition=Q(officer__isnull=False), name="diary_attends_once",
                violation_error_message=_("This person takes part already."),
            ),
            models.UniqueConstraint(
                fields=["appointment", "office"], condition=Q(officer=None), name="diary_unit_attends_once",
                violation_error_message=_("This unit takes part already."),
            ),
            models.CheckConstraint(
                condition=Q(part="attends") | Q(officer__isnull=False), name="diary_chair_is_person",
                violation_error_message=_("A person leads, not a unit."),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["officer", "starts_at"], name="diary_officer_by_time", condition=Q(officer__isnull=False)
            ),
            models.Index(fields=["office", "starts_at"], name="diary_unit_by_time", condition=Q(officer=None)),
        ]


class CalendarLink(Keyed):
    """The secret address at which a person's calendar program reads the appointments. Only its digest is kept."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    digest = models.CharField(max_length=64, unique=True)
    whole = models.BooleanField(default=False)  # the weeks of the person's offices too, not only where they take part
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(revoked_at=None), name="diary_one_link",
                violation_error_message=_("There is a link already."),
            )
        ]  # fmt: skip
