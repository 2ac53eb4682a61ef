"""The national portal's codes 1–10 of a dossier's states (mã trạng thái hồ sơ): data with a validity."""

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent.parent / "data" / "national_status.json"


def status_code(state: str, on: date) -> int:
    """The code under which the portal knows a state on a day. A day before the first version has that version's."""
    versions = _versions()
    valid = [codes for since, codes in versions if since <= on]
    return (valid[-1] if valid else versions[0][1])[state]


@cache
def _versions() -> list[tuple[date, Mapping[str, int]]]:
    """Oldest first."""
    found = json.loads(_DATA.read_text())["versions"]
    return sorted((date.fromisoformat(each["valid_from"]), each["codes"]) for each in found)
