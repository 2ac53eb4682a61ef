"""The checklist of a case on paper: in Vietnamese, whatever language the screen has."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from motcua.engines.rendering.templates import Template
from motcua.engines.rendering.typesetting import render

_CHECKLIST = Template(Path(__file__).parent / "templates_typst", "checklist.typ")


def checklist_pdf(data: Mapping[str, Any], *, dated: datetime) -> bytes:
    """A PDF of what the template documents. The same data of a day is set once. Raises ``RenderingError``."""
    return _set(json.dumps(data, ensure_ascii=False, sort_keys=True), dated)


@lru_cache(maxsize=128)
def _set(data: str, dated: datetime) -> bytes:
    return render(_CHECKLIST, json.loads(data), dated=dated)
