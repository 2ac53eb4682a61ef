"""The working calendar (lịch làm việc) and working hours (giờ làm việc): data, approved by a person, versioned."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from motcua.kernel.identifiers.models import Keyed


class CalendarVersion(models.Model):
    """One row for each change of what calendars say; its number is the version that a computed date carries."""

    number = models.BigAutoField(primary_key=True)
    reason = models.CharField(max_length=200)
    made_by = models.UUIDField()
    made_at = models.DateTimeField()


class YearState(models.TextChoices):
    """A year is drafted, approved, and replaced by the next approved draft of the same year."""

    DRAFT = "draft", pgettext_lazy("calendar", "Draft")
    APPROVED = "approved", pgettext_lazy("calendar", "Approved")
    REPLACED = "replaced", pgettext_lazy("calendar", "Replaced")


class CalendarYear(Keyed):
    """The calendar of a year, in one of its revisions. Approved ones are kept: dates were computed with them."""

    year = models.PositiveSmallIntegerField()
    revision = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=YearState.choices)
    drafted_by = models.UUIDField()
    drafted_at = models.DateTimeField()
    approved_by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    version = models.OneToOneField(CalendarVersion, on_delete=models.PROTECT, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "revision"], name="calendar_year_revision_once"),
            models.UniqueConstraint(
                fields=["year", "state"],
                condition=~models.Q(state="replaced"),
                name="calendar_year_one_draft_one_approved",
                violation_error_message=_("There is already such a calendar of this year."),
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft", approved_by=None, approved_at=None, version=None)
                | models.Q(
                    state__in=["approved", "replaced"],
                    approved_by__isnull=False,
                    approved_at__isnull=False,
                    version__isnull=False,
                ),
                name="calendar_year_approved_by_someone",
                violation_error_message=_("An approved calendar names who approved it and when."),
            ),
            models.CheckConstraint(
                condition=models.Q(year__range=(2000, 2200)),
                name="calendar_year_plausible",
                violation_error_message=_("The year is out of range."),
            ),
        ]


class DayKind(models.TextChoices):
    """Why a day differs from the weekly rule."""

    HOLIDAY = "holiday", _("Public holiday")
    COMPENSATORY = "compensatory", _("Compensatory day off")
    SWAPPED_OFF = "swapped_off", _("Swapped day off")
    MAKE_UP = "make_up", _("Make-up working day")
    LOCAL = "local", _("Local day off")


class CalendarDay(Keyed):
    """A day that differs from the weekly rule, for everyone or for one office. Only a make-up day is worked."""

    calendar_year = models.ForeignKey(CalendarYear, on_delete=models.CASCADE, related_name="days")
    date = models.DateField()
    kind = models.CharField(max_length=12, choices=DayKind.choices)
    name = models.CharField(max_length=120)
    office_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["calendar_year", "date", "office_id"],
                nulls_distinct=False,
                name="calendar_day_once",
                violation_error_message=_("This day stands in the calendar already."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=DayKind.values),
                name="calendar_day_kind_known",
                violation_error_message=_("Unknown kind of day."),
            ),
            models.CheckConstraint(
                condition=models.Q(office_id=None) | models.Q(kind__in=["local", "make_up"]),
                name="calendar_day_office_local",
                violation_error_message=_("A single office has local days off and make-up days only."),
            ),
        ]


class WorkingHours(Keyed):
    """The hours of one weekday (0 is Monday) from a date on, for an office or (``None``) for all without their own.

    ``intervals`` is a list such as ``[["07:30", "11:30"], ["13:00", "17:00"]]``; an empty one is a day off. A
    week always has seven rows of one date. A day with hours is a working day of time limits: hours in which a
    desk only receives (a Saturday morning) do not belong here.
    """

    office_id = models.UUIDField(null=True)
    weekday = models.PositiveSmallIntegerField()
    intervals = models.JSONField()
    valid_from = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office_id", "valid_from", "weekday"],
                nulls_distinct=False,
                name="working_hours_once",
                violation_error_message=_("The hours of this weekday are set already."),
            ),
            models.CheckConstraint(
                condition=models.Q(weekday__range=(0, 6)),
                name="working_hours_weekday",
                violation_error_message=_("A week has seven days."),
            ),
        ]
