"""Small templates for the tests of rendering."""

from datetime import datetime
from pathlib import Path

from motcua.engines.rendering.templates import Template, unpack_template
from motcua.kernel.text.dates import VIETNAM

DATED = datetime(2026, 1, 5, 8, 30, tzinfo=VIETNAM)
HEAD = '#import "@motcua/library:1.0.0": *\n#show: official.with(title: "Thử")\n'


def template(body: str, folder: Path, **others: bytes) -> Template:
    """A template with the usual first lines and ``body``; further files by keyword (``a_txt`` is ``a.txt``)."""
    files = {name.replace("_", "."): content for name, content in others.items()}
    return unpack_template(files | {"main.typ": (HEAD + body).encode()}, "main.typ", into=folder)
