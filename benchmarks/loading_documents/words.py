"""What documents say: sentences of the house's own Vietnamese texts, as repetitive as those of offices are."""

import re
from random import Random

from benchmarks.house import ROOT
from motcua.services.correspondence.rules import search as rules

CONTENTS = 2_000  # different texts of files, drawn again and again
_MESSAGE = re.compile(r'^msgstr "(.{25,})"$', re.M)


def sentences() -> list[str]:
    """Sentences of officials' guides and of the program's messages."""
    guides = [path.read_text() for path in sorted((ROOT / "docs" / "officer").glob("*.md"))]
    found = [part.strip() for text in guides for part in re.split(r"[.;:]\s|\n\n", text) if len(part) > 25]
    for catalogue in sorted((ROOT / "src").glob("**/locale/vi/LC_MESSAGES/django.po")):
        found += _MESSAGE.findall(catalogue.read_text())
    return found


def contents(random: Random, said: list[str]) -> list[str]:
    """Texts of files as the index has them: from half a page to three."""
    texts = (" ".join(random.choices(said, k=random.randrange(8, 50))) for _number in range(CONTENTS))
    return [rules.vector(content=text) for text in texts]


def subject(random: Random, said: list[str]) -> str:
    """What a document is about."""
    return f"Về việc {random.choice(said)[:120].lower()}"
