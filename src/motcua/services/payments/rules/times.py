"""Times as the gateways write them: fourteen digits, in Vietnam's time. Pure."""

from datetime import datetime

from motcua.kernel.time.rules import VIETNAM

_TIME = "%Y%m%d%H%M%S"


def written(moment: datetime) -> str:
    """``20261127081500`` in Vietnam's time."""
    return moment.astimezone(VIETNAM).strftime(_TIME)


def moment_of(text: str) -> datetime | None:
    """The moment of such a time; none for anything else."""
    try:
        return datetime.strptime(text, _TIME).replace(tzinfo=VIETNAM) if len(text) == 14 else None
    except ValueError:
        return None
