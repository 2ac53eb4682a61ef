"""Pure decisions of certificate care."""

from datetime import timedelta

# Days before its end at which a certificate's holder is warned; the first leaves time to apply and be issued anew.
WARNED_DAYS = (60, 30, 7)


def threshold(left: timedelta) -> int | None:
    """The nearest warning that a certificate with so much time left has come to; none when there is longer."""
    return min((days for days in WARNED_DAYS if left <= timedelta(days=days)), default=None)
