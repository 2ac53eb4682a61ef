"""What a measurement found, and the page that is written of it."""

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.house import ROOT
from benchmarks.meters import USUAL_ADDITIONS, additions

PAGE = ROOT / "benchmarks" / "RESULTS.md"


@dataclass(frozen=True, kw_only=True)
class Result:
    """One figure. ``ratio`` is figure ÷ what it is compared with; ``met`` None where nothing is demanded."""

    what: str
    figure: str
    compared: str = ""
    ratio: float | None = None
    demanded: str = ""
    met: bool | None = None

    @property
    def verdict(self) -> str:
        """In one word."""
        return {True: "met", False: "**missed**", None: "–"}[self.met]


def at_most(what: str, value: float, limit: float, unit: str, *, note: str = "") -> Result:
    """A figure that may not exceed a limit."""
    return Result(
        what=what,
        figure=f"{shown(value)} {unit}{note}",
        demanded=f"≤ {shown(limit)} {unit}",
        ratio=value / limit,
        met=value <= limit,
    )


def at_least(what: str, value: float, limit: float, unit: str, *, note: str = "") -> Result:
    """A figure that must reach a limit."""
    return Result(
        what=what,
        figure=f"{shown(value)} {unit}{note}",
        demanded=f"≥ {shown(limit)} {unit}",
        ratio=value / limit,
        met=value >= limit,
    )


def cpu_at_most(what: str, value: float, pace: float, limit: float, *, note: str = "") -> Result:
    """Milliseconds of CPU. Their limit is one for a machine: it is as much longer as this one takes longer to add."""
    ratio = value / pace * USUAL_ADDITIONS / limit
    return Result(
        what=what,
        figure=f"{value:.2f} ms{note}",
        demanded=f"≤ {shown(limit)} ms where a million additions take {USUAL_ADDITIONS:.0f}",
        compared=f"they took {pace:.0f} ms meanwhile",
        ratio=ratio,
        met=ratio <= 1,
    )


def shown(value: float) -> str:
    """Three significant digits."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def write(found: Mapping[str, Sequence[Result]], *, page: Path = PAGE) -> None:
    """Write the page: what was measured now replaces its own section, other sections stay."""
    sections = _sections(page.read_text()) if page.exists() else {}
    stamp = f"_{datetime.now(UTC):%Y-%m-%d %H:%M} UTC · {machine()}_"
    for name, results in found.items():
        sections[name] = "\n".join([stamp, "", *_table(results)])
    parts = [f"## {name}\n\n{text.strip()}\n" for name, text in sorted(sections.items())]
    page.write_text("\n".join(["# Measured\n", "Written by `python -m benchmarks`.\n", *parts]))


def machine() -> str:
    """Cores, memory and programs, and how dear CPU time was: on a busy machine a core does less in a second."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores, {pages * size / 2**30:.0f} GiB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, load {load:.1f} at the end, "
        f"a million additions {additions():.0f} ms of CPU"
    )


def _table(results: Sequence[Result]) -> list[str]:
    rows = ["| what | figure | demanded | compared with | ratio | |", "|---|---|---|---|---|---|"]
    for each in results:
        ratio = "" if each.ratio is None else f"{each.ratio:.2f}"
        rows.append(f"| {each.what} | {each.figure} | {each.demanded} | {each.compared} | {ratio} | {each.verdict} |")
    return rows


def _sections(text: str) -> dict[str, str]:
    parts = text.split("\n## ")[1:]
    return {part.split("\n", 1)[0].strip(): part.split("\n", 1)[1] for part in parts}
