"""What no template of any room may hold, and what each must."""

import re
from pathlib import Path

import pytest

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


def name(path: Path) -> str:
    return str(path.relative_to(SOURCES))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_templates_hold_nothing_inline(path: Path):
    text = path.read_text(encoding="utf-8")
    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_pages_extend_a_base_and_have_a_title(path: Path):
    text = path.read_text(encoding="utf-8")
    if "{% extends " in text and not path.name.startswith("base"):
        assert "{% block title %}" in text


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_mistakes_are_announced_in_the_language_of_the_page(path: Path):
    """The components would put an English “Error:” before each for screen readers."""
    shown = re.findall(r'"errorMessage": \{[^}]*\}', path.read_text(encoding="utf-8"))
    assert [each for each in shown if "visuallyHiddenText" not in each] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_own_classes_are_drawn(path: Path):
    used = set(OWN_CLASSES.findall(path.read_text(encoding="utf-8")))
    assert {name for name in used if not drawn(name)} == set()


def drawn(name: str) -> bool:
    """Whether the styles name the class, whole or as ``&__part`` and ``&--kind`` of its block."""
    block, *part = re.split(r"(?=__|--)", name, maxsplit=1)
    return f".{name}" in STYLES or (bool(part) and f".{block}" in STYLES and f"&{part[0]}" in STYLES) or name in PLAIN


# Classes that mark a place and are not drawn.
PLAIN = {"mc-portal", "mc-panel", "mc-files__name"}
