"""What is wrong with a package, each fault by its code, and the rules that are data."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from lxml import etree

from motcua.services.records.packages.names import PREFIXES

Level = Literal["error", "warning"]
RULES = Path(__file__).parents[1] / "data" / "package_rules.yaml"


@dataclass(frozen=True)
class Finding:
    """A fault: its code (a CSIP requirement or one of ours), how grave, in which file of the package, what."""

    code: str
    level: Level
    place: str
    text: str


@dataclass(frozen=True)
class Rule:
    """A condition on the elements that an XPath finds."""

    code: str
    level: Level
    at: etree.XPath
    test: etree.XPath
    text: str

    def findings(self, root: etree._Element, place: str) -> Iterator[Finding]:
        """One for each element that does not keep the rule."""
        elements: Any = self.at(root)
        for element in elements:
            if not self.test(element):
                line = f" (line {element.sourceline})" if element.sourceline else ""
                yield Finding(self.code, self.level, place, f"{self.text}{line}")


@cache
def rules(group: str) -> tuple[Rule, ...]:
    """The rules of a group of the data: ``csip``, ``representation``, ``premis``, ``ead`` or ``law``."""
    rows = yaml.safe_load(RULES.read_text())[group]
    return tuple(
        Rule(
            row["code"],
            row.get("level", "error"),
            etree.XPath(row["at"], namespaces=PREFIXES),
            etree.XPath(f"boolean({row['test']})", namespaces=PREFIXES),
            row["text"],
        )
        for row in rows
    )


def by_rules(root: etree._Element, place: str, *groups: str) -> Iterator[Finding]:
    """What the rules of some groups find in a document."""
    for group in groups:
        for rule in rules(group):
            yield from rule.findings(root, place)
