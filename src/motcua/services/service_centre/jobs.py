"""The night round, and reminders."""

from django.utils import timezone

from motcua.kernel.jobs import periodic


@periodic("10 17 * * *")  # 00:10 in Vietnam
def close_days() -> None:
    """End the numbers that nobody called before the day was over, and leave the counters."""
    from motcua.services.service_centre.actions import close_day
    from motcua.services.service_centre.queries import today

    now = timezone.now()
    close_day(before=today(now), at=now)


@periodic("0 2 * * *")  # 09:00 in Vietnam
def remind_of_appointments() -> None:
    """Tell whoever has an appointment tomorrow."""
    from motcua.services.service_centre import reminding

    reminding.remind(at=timezone.now())
