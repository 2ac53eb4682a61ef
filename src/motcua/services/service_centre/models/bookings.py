"""Appointments (lịch hẹn): a place in a slot, taken at home."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.services.service_centre.models.places import Service
from motcua.services.service_centre.models.tickets import Ticket


class Booking(Keyed):
    """One of the places that a slot has. ``seat`` counts from 0, so that a slot is never given out twice."""

    class State(models.TextChoices):
        BOOKED = "booked", pgettext_lazy("appointment", "Booked")
        ARRIVED = "arrived", pgettext_lazy("appointment", "Came")
        CANCELLED = "cancelled", pgettext_lazy("appointment", "Cancelled")
        MISSED = "missed", pgettext_lazy("appointment", "Did not come")

    service = models.ForeignKey(Service, models.PROTECT, related_name="bookings")
    account = models.ForeignKey(Account, models.PROTECT, related_name="bookings")
    day = models.DateField()
    starts_at = models.DateTimeField()
    seat = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=16, unique=True)  # shown to its owner, checked in with
    state = models.CharField(max_length=9, choices=State.choices, default=State.BOOKED)
    booked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ticket = models.OneToOneField(Ticket, models.PROTECT, null=True, blank=True, related_name="booking")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["service", "starts_at", "seat"],
                condition=Q(state__in=["booked", "arrived"]),
                name="booking_seat_once",
                violation_error_message=_("This time has just been taken."),
            ),
            models.UniqueConstraint(
                fields=["account", "service", "day"],
                condition=Q(state="booked"),
                name="booking_one_a_day",
                violation_error_message=_("You have an appointment for this service on this day already."),
            ),
            models.CheckConstraint(
                condition=Q(state="booked", ended_at=None, ticket=None)
                | Q(state="arrived", ended_at__isnull=False, ticket__isnull=False)
                | Q(state__in=["cancelled", "missed"], ended_at__isnull=False, ticket=None),
                name="booking_coherent",
                violation_error_message=_("Who came has a number; what is over has a time."),
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-starts_at"], name="booking_of_account"),
            models.Index(fields=["day"], name="booking_open", condition=Q(state="booked")),
        ]

    def __str__(self) -> str:
        return self.code
