"""The centre (trung tâm phục vụ hành chính công): what is served, at which counters, and who goes first."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Dated, DatedQuerySet, Office


class Centre(Keyed):
    """An office that calls people by number. Times are minutes; hours are the office's (``kernel.time``)."""

    office = models.OneToOneField(Office, models.PROTECT, related_name="service_centre")
    early_minutes = models.PositiveSmallIntegerField(default=30)  # tickets are given so long before the doors open
    last_minutes = models.PositiveSmallIntegerField(default=15)  # and no more so long before they close
    appointment_head_start = models.PositiveSmallIntegerField(default=60)
    booking_days = models.PositiveSmallIntegerField(default=14)  # so many days ahead
    grace_minutes = models.PositiveSmallIntegerField(default=10)  # so late an appointment still counts as kept

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(early_minutes__lte=120, last_minutes__lte=240, grace_minutes__lte=30),
                name="centre_minutes_plausible",
                violation_error_message=_("Write at most 120, 240 and 30 minutes."),
            ),
            models.CheckConstraint(
                condition=Q(appointment_head_start__lte=60),
                name="centre_head_start_bounded",
                violation_error_message=_("A head start is at most 60 minutes, so that everybody's turn comes."),
            ),
        ]

    def __str__(self) -> str:
        return self.office.name


class Service(Keyed):
    """What people take a number for (lĩnh vực). ``minutes`` is how long one is planned to take."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="services")
    prefix = models.CharField(max_length=2)
    name = models.CharField(max_length=120)
    minutes = models.PositiveSmallIntegerField(default=10)
    position = models.PositiveSmallIntegerField(default=0)
    is_offered = models.BooleanField(default=True)
    paused_because = models.CharField(max_length=200, blank=True)  # while no tickets are given
    slot_minutes = models.PositiveSmallIntegerField(default=0)  # 0: no appointments
    slot_places = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "prefix"],
                name="service_prefix_once",
                violation_error_message=_("Another service of the centre has this letter."),
            ),
            models.CheckConstraint(
                condition=Q(prefix__regex=r"^[A-Z]{1,2}$"),
                name="service_prefix_letters",
                violation_error_message=_("Write one or two capital letters, A to Z."),
            ),
            models.CheckConstraint(
                condition=Q(minutes__range=(1, 240)),
                name="service_minutes_plausible",
                violation_error_message=_("Write from 1 to 240 minutes."),
            ),
            models.CheckConstraint(
                condition=Q(slot_minutes=0) | Q(slot_minutes__range=(5, 240)),
                name="service_slot_plausible",
                violation_error_message=_("A slot has from 5 to 240 minutes; 0: no appointments."),
            ),
            models.CheckConstraint(
                condition=Q(slot_places__range=(1, 50)),
                name="service_slot_places",
                violation_error_message=_("A slot has from 1 to 50 places."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_bookable(self) -> bool:
        """Whether appointments are made for it."""
        return self.is_offered and self.slot_minutes > 0


class Counter(Keyed):
    """A counter (quầy) and the officer who sits there now."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="counters")
    number = models.PositiveSmallIntegerField()
    services = models.ManyToManyField(Service, related_name="counters")
    is_used = models.BooleanField(default=True)
    officer = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    since = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "number"],
                name="counter_number_once",
                violation_error_message=_("There is a counter with this number already."),
            ),
            models.CheckConstraint(
                condition=Q(number__range=(1, 99)),
                name="counter_number_range",
                violation_error_message=_("Write a number from 1 to 99."),
            ),
            models.UniqueConstraint(
                fields=["officer"],
                name="counter_one_of_officer",
                violation_error_message=_("You sit at another counter."),
            ),
            models.CheckConstraint(
                condition=Q(officer=None, since=None) | Q(officer__isnull=False, since__isnull=False, is_used=True),
                name="counter_manned_wholly",
                violation_error_message=_("Somebody sits at a counter since a time, and only at one that is used."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)


class PriorityGroup(Dated):
    """Who goes first, by how much, on which basis and since when (đối tượng ưu tiên): data, for all centres.

    The head start is how much earlier than they came they are thought to have come.
    """

    code = models.SlugField(max_length=30)
    name = models.CharField(max_length=120)
    head_start = models.PositiveSmallIntegerField()  # minutes
    basis = models.CharField(max_length=200)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=Q(valid_to=None), name="priority_code_once_now"),
            models.CheckConstraint(
                condition=Q(head_start__range=(1, 60)),
                name="priority_bounded",
                violation_error_message=_("A head start is at most 60 minutes, so that everybody's turn comes."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=models.F("valid_from")),
                name="priority_validity",
                violation_error_message=_("The last day must be after the first day."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SpecialDay(Keyed):
    """A day on which a centre is open at other hours than its office works: a Saturday morning, an early closing."""

    centre = models.ForeignKey(Centre, models.CASCADE, related_name="special_days")
    date = models.DateField()
    intervals = models.JSONField(default=list)  # [["07:30", "11:30"]]; none: closed
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "date"],
                name="special_day_once",
                violation_error_message=_("This day is set already."),
            )
        ]
