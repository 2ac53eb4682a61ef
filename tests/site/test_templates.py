"""What no template of any room may hold, and what each must."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "src" / "motcua"
TEMPLATES = sorted(SOURCES.glob("**/jinja2/**/*.html"))
STYLES = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "frontend").glob("**/*.scss"))
# The last character keeps `mc-tag--{{ colour }}`, which a template completes, apart.
OWN_CLASSES = re.compile(r"(?<![\w-])mc-[a-z_]+(?:-[a-z_]+)*(?![\w-])")
FORBIDDEN = {
    "inline script": re.compile(r"<script(?![^>]*\ssrc=)", re.I),
    "inline style": re.compile(r"<style|\sstyle\s*=", re.I),
    "event attribute": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.I),
    "script address": re.compile(r"javascript:", re.I),
    "htmx that needs eval": re.compile(r"hx-on|hx-vals\s*=\s*[\"']js:|hx-vars", re.I),
}


TEXTS = {str(path.relative_to(SOURCES)): path.read_text(encoding="utf-8") for path in TEMPLATES}


def faults(found: Callable[[str], Any]) -> dict[str, Any]:
    """What is found in the text of a template, by the template's name; nothing of those in which nothing is."""
    return {name: each for name, text in TEXTS.items() if (each := found(text))}


def test_templates_hold_nothing_inline() -> None:
    assert faults(lambda text: [what for what, pattern in FORBIDDEN.items() if pattern.search(text)]) == {}


def test_pages_extend_a_base_and_have_a_title() -> None:
    pages = {name: text for name, text in TEXTS.items() if "{% extends " in text and "/base" not in name}
    assert [name for name, text in pages.items() if "{% block title %}" not in text] == []


def test_mistakes_are_announced_in_the_language_of_the_page() -> None:
    """The components would put an English “Error:” before each for screen readers."""
    shown = re.compile(r'"errorMessage": \{[^}]*\}')
    assert faults(lambda text: [each for each in shown.findall(text) if "visuallyHiddenText" not in each]) == {}


def test_own_classes_are_drawn() -> None:
    assert faults(lambda text: {name for name in OWN_CLASSES.findall(text) if not drawn(name)}) == {}


def drawn(name: str) -> bool:
    """Whether the styles name the class, whole or as ``&__part`` and ``&--kind`` of its block."""
    block, *part = re.split(r"(?=__|--)", name, maxsplit=1)
    return f".{name}" in STYLES or (bool(part) and f".{block}" in STYLES and f"&{part[0]}" in STYLES) or name in PLAIN


# Classes that mark a place and are not drawn.
PLAIN = {"mc-portal", "mc-panel", "mc-files__name"}
