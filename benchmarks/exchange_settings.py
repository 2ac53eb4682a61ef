"""The house with a room that only exchanges documents (``benchmarks.exchange``)."""

from motcua.site.settings import *  # noqa: F403
from motcua.site.settings import INSTALLED_APPS as ROOMS

INSTALLED_APPS = [*ROOMS, "benchmarks.exchange_room"]
EXCHANGE: dict[str, str] = {}
DEMONSTRATION_KEYS = True
API_REQUESTS_PER_MINUTE = 1_000_000
