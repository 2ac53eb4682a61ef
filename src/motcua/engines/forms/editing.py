"""What the buttons inside a form do before anything is judged: rows added and removed, files taken off."""

import re
from collections.abc import Mapping
from typing import Final

from motcua.engines.forms.model import Form, Repeat, level

COMMAND: Final = "forms-do"
"""Name of the submit buttons; their value is ``add:vehicles``, ``remove:vehicles-1`` or ``detach:paper:ID``."""
_AT: Final = re.compile(r"-[0-9]+-")
_ROW: Final = re.compile(r"(.+)-([0-9]{1,5})\Z")


def edited(form: Form, raw: Mapping[str, list[str]], command: str) -> dict[str, list[str]]:
    """What was typed after a button was pressed; an unknown command changes nothing."""
    texts = {name: list(values) for name, values in raw.items()}
    verb, _colon, rest = command.partition(":")
    if verb == "add" and (part := repeat_named(form, rest)):
        texts[f"{rest}-rows"] = [str(min(_rows(part, rest, texts) + 1, part.most))]
    elif verb == "remove" and (match := _ROW.match(rest)) and (part := repeat_named(form, match[1])):
        return _without(texts, match[1], int(match[2]), _rows(part, match[1], texts), part.least)
    elif verb == "detach":
        name, _colon, file = rest.partition(":")
        if name in texts:
            texts[name] = [held for held in texts[name] if held != file]
    return texts


def repeat_named(form: Form, name: str) -> Repeat | None:
    """The repeating group with this input name (``owners-0-cars``), when it may be changed."""
    parts, found = form.components, None
    for path in _AT.split(name):
        found = next((part for part in level(parts) if isinstance(part, Repeat) and part.path == path), None)
        if found is None:
            return None
        parts = found.children
    return found if found and found.changeable else None


def _rows(part: Repeat, name: str, texts: Mapping[str, list[str]]) -> int:
    said = "".join(texts.get(f"{name}-rows", [])[:1])
    return min(int(said), part.most) if said.isascii() and said.isdecimal() and len(said) < 6 else part.rows


def _without(texts: dict[str, list[str]], name: str, gone: int, rows: int, least: int) -> dict[str, list[str]]:
    """The texts without one row; later rows move up. The last rows a group must have are emptied instead."""
    if gone >= rows:
        return texts
    row = re.compile(rf"{re.escape(name)}-([0-9]{{1,5}})-(.+)\Z", re.DOTALL)
    kept = {}
    for key, values in texts.items():
        match = row.match(key)
        if match is None:
            kept[key] = values
        elif int(match[1]) != gone:
            at = int(match[1]) - (int(match[1]) > gone)
            kept[f"{name}-{at}-{match[2]}"] = values
    kept[f"{name}-rows"] = [str(max(rows - 1, least))]
    return kept
