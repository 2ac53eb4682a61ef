"""Where browsers find the files of the front end.

``frontend/build.mjs`` puts the hash of a file's content into its name: such a file never changes, and browsers keep it
for good. The pages ask for it by the name of its source.
"""

import json
from functools import cache

from django.contrib.staticfiles import finders
from django.templatetags.static import static

FOLDER = "site/build/"


@cache
def asset(name: str) -> str:
    """The address of a static file: ``site/build/theme.css`` leads to ``/static/site/build/theme-H4SH0000.css``."""
    built = _built().get(name.removeprefix(FOLDER)) if name.startswith(FOLDER) else None
    return static(f"{FOLDER}{built}" if built else name)


@cache
def _built() -> dict[str, str]:
    """The names that the build has given; none where it has not run, as for tests without a browser."""
    table = finders.find(f"{FOLDER}assets.json")
    if table is None:
        return {}
    with open(table, encoding="utf-8") as file:
        names: dict[str, str] = json.load(file)
    return names
