"""Numbers that no event bears: what is left to see of a stream that was deleted whole before the tree took it in.

The database numbers every event as it is written. A transaction that was rolled back leaves its numbers unused, too,
so a gap is no proof: it is told beside the findings, for a person to look into. What was written last leaves one as
soon as the next event is written.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from motcua.kernel.events.verification.reading import READABLE_TIMES, streamed

_GAPS = """
SELECT before + 1, position - 1, since, until
FROM (
    SELECT position, until, lag(position, 1, 0::bigint) OVER numbers AS before, lag(until) OVER numbers AS since
    FROM (SELECT position, CASE WHEN at BETWEEN %s AND %s THEN at END AS until FROM events_event) AS told
    WINDOW numbers AS (ORDER BY position)
) AS numbered
WHERE position > before + 1 ORDER BY position
"""


@dataclass(frozen=True)
class Gap:
    """Positions from ``first`` to ``last`` that no event bears, and when the events around them happened."""

    first: int
    last: int
    since: datetime | None
    until: datetime | None

    @property
    def size(self) -> int:
        """How many numbers."""
        return self.last - self.first + 1

    def __str__(self) -> str:
        numbers = f"position {self.first}" if self.size == 1 else f"positions {self.first} to {self.last}"
        times = [moment.isoformat(timespec="seconds") if moment else "?" for moment in (self.since, self.until)]
        return f"{numbers}, between {' and '.join(times)}"


def gaps() -> Iterator[Gap]:
    """Every gap, in order."""
    return (Gap(*row) for row in streamed(_GAPS, READABLE_TIMES))
