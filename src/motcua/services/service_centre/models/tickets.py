"""Tickets (phiếu số thứ tự): a place in the queue of one day. They hold nothing of the person."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.services.service_centre.models.places import Centre, Counter, PriorityGroup, Service


class State(models.TextChoices):
    """Where a ticket stands."""

    WAITING = "waiting", pgettext_lazy("ticket", "Waiting")
    CALLED = "called", pgettext_lazy("ticket", "At the counter")
    FINISHED = "finished", pgettext_lazy("ticket", "Served")
    MISSED = "missed", pgettext_lazy("ticket", "Did not come")
    LAPSED = "lapsed", pgettext_lazy("ticket", "Not served that day")


class Channel(models.TextChoices):
    """Where a ticket was taken."""

    KIOSK = "kiosk", pgettext_lazy("ticket", "Kiosk")
    RECEPTION = "reception", pgettext_lazy("ticket", "Reception desk")
    BOOKING = "booking", pgettext_lazy("ticket", "Appointment")


class Ticket(Keyed):
    """A number and its turn. ``rank_at`` orders the queue; before ``not_before`` others go first."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="tickets")
    service = models.ForeignKey(Service, models.PROTECT, related_name="tickets")
    day = models.DateField()
    number = models.CharField(max_length=20)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    priority = models.ForeignKey(PriorityGroup, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    issued_at = models.DateTimeField()
    rank_at = models.DateTimeField()
    not_before = models.DateTimeField()
    estimated_minutes = models.PositiveSmallIntegerField(null=True, blank=True)  # as told when it was given
    counter = models.ForeignKey(Counter, models.PROTECT, null=True, blank=True, related_name="tickets")
    officer = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    calls = models.PositiveSmallIntegerField(default=0)
    called_at = models.DateTimeField(null=True, blank=True)  # for the first time: the wait was until then
    taken_at = models.DateTimeField(null=True, blank=True)  # by the counter that has it, or had it last
    announced_at = models.DateTimeField(null=True, blank=True)  # called or recalled
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "day", "number"], name="ticket_number_once_a_day"),
            models.UniqueConstraint(
                fields=["counter"],
                condition=Q(state="called"),
                name="ticket_one_at_a_counter",
                violation_error_message=_("Somebody is at this counter already."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=State.values) & Q(channel__in=Channel.values), name="ticket_choices_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="called")
                | Q(
                    counter__isnull=False,
                    officer__isnull=False,
                    called_at__isnull=False,
                    taken_at__isnull=False,
                    announced_at__isnull=False,
                    calls__gte=1,
                ),
                name="ticket_called_wholly",
                violation_error_message=_("A called ticket has a counter, an officer and times."),
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(counter=None, officer=None),
                name="ticket_waiting_nowhere",
                violation_error_message=_("A ticket that waits is at no counter."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "called"], ended_at=None)
                | Q(state__in=["finished", "missed", "lapsed"], ended_at__isnull=False),
                name="ticket_ended_with_time",
                violation_error_message=_("A ticket has an end exactly when it is over."),
            ),
        ]
        indexes = [
            models.Index(fields=["centre", "rank_at", "id"], name="ticket_queue", condition=Q(state="waiting")),
            models.Index(fields=["centre", "-announced_at"], name="ticket_announced"),
            models.Index(fields=["service", "-ended_at"], name="ticket_served", condition=Q(state="finished")),
            models.Index(fields=["counter", "-ended_at"], name="ticket_of_counter"),
            models.Index(fields=["centre", "day", "issued_at", "id"], name="ticket_of_day"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def stream(self) -> str:
        """The stream of its events."""
        return f"ticket:{self.pk}"
