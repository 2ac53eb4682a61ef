"""The Jinja2 environment of every page.

Our own templates run under StrictUndefined: a misspelt name is an error, not a blank. The macros of
``govuk-frontend-jinja`` rely on chained undefined values, so they live in a second environment and are handed over
as the global ``govuk`` (``{{ govuk.button({...}) }}``).
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import count
from operator import attrgetter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from jinja2 import (
    ChainableUndefined,
    Environment,
    FileSystemBytecodeCache,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
)
from jinja2 import __version__ as jinja_version
from markupsafe import Markup, escape

from motcua.kernel.web.addresses import address
from motcua.site.assets import asset


@cache
def kept_code() -> FileSystemBytecodeCache:
    """What templates were compiled to, kept from one process to the next in a folder of our own: compiling the first
    page takes longer than all else it does. Other code than this module's, or another Jinja, compiles anew."""
    settings.TEMPLATE_CODE.mkdir(parents=True, exist_ok=True, mode=0o700)
    made_by = hashlib.sha256(jinja_version.encode() + Path(__file__).read_bytes()).hexdigest()[:16]
    return FileSystemBytecodeCache(str(settings.TEMPLATE_CODE), f"{made_by}-%s")


class Govuk:
    """The component macros by their short names: ``govuk.date_input`` renders ``govukDateInput``."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            autoescape=True,
            undefined=ChainableUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            bytecode_cache=kept_code(),
        )
        self._macros: dict[str, Callable[..., Markup]] = {}

    def __getattr__(self, name: str) -> Callable[..., Markup]:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._macros:
            self._macros[name] = self._load(name)
        return self._macros[name]

    def _load(self, name: str) -> Callable[..., Markup]:
        folder = name.replace("_", "-")
        template = self._environment.get_template(f"govuk_frontend_jinja/components/{folder}/macro.html")
        macro = getattr(template.module, "govuk" + "".join(part.title() for part in name.split("_")))

        def render(params: Mapping[str, Any], **kwargs: Any) -> Markup:
            return Markup(macro(guarded(params), **kwargs))  # noqa: S704 - the macro autoescapes

        return render


def guarded(params: Any) -> Any:
    """The parameters of a macro with every ``html`` entry escaped that is not markup already.

    The macros print ``html`` entries as they come; a value that a person typed must not become an element.
    """
    if isinstance(params, Mapping):
        return {
            key: escape(value)
            if isinstance(value, str) and (key == "html" or key.endswith("Html"))
            else guarded(value)
            for key, value in params.items()
        }
    return [guarded(entry) for entry in params] if isinstance(params, list | tuple) else params


def url(name: str, /, *args: object, **kwargs: object) -> str:
    """``{{ url("dossiers:desk-dossier", code=code) }}``."""
    return reverse(name, args=args, kwargs=kwargs) if args or kwargs else address(name)


def text(message: str, /, **values: object) -> Markup:
    """``{{ _("Choose %(number)s", number=row.number) }}``: as the extension's ``gettext``, without its detours."""
    translated = _translated(translation.get_language(), message)
    return translated % values if "%" in translated else translated


@lru_cache(maxsize=10_000)
def _translated(language: str | None, message: str) -> Markup:
    return Markup(translation.gettext(message))  # noqa: S704 - our own words; the values are escaped


def filled(pattern: str, *values: object) -> Markup:
    """A template's own HTML with ``%s`` for values that are escaped: in rows of lists, where macros take too long."""
    return Markup(pattern % tuple(map(_escaped, values)))  # noqa: S704 - the values are escaped


def table_rows(openings: Sequence[str], columns: Sequence[Mapping[str, Any]], rows: Iterable[Any]) -> Markup:
    """The rows of a table: ``openings`` are the opening tags of its columns, a ``th`` first and then ``td``.

    Rows are lists of contents, unless each column says in ``cell`` how its content comes from a row.
    """
    drawn = [_drawing(column["cell"]) for column in columns] if "cell" in columns[0] else map(_content_of, count())
    closings = ["</th>", *["</td>"] * (len(columns) - 1)]
    cells = list(zip(openings, drawn, closings, strict=False))
    parts: list[str] = []
    for row in rows:
        parts.append('<tr class="govuk-table__row">')
        for opening, draw, closing in cells:
            parts += (opening, draw(row), closing)
        parts.append("</tr>\n")
    return Markup("".join(parts))  # noqa: S704 - the contents are escaped


def _content_of(place: int) -> Callable[[Any], str]:
    return lambda row: _escaped(row[place])


def _drawing(cell: Any) -> Callable[[Any], str]:
    """How a cell is drawn: the name of an attribute of the row; a macro that gets the row; or a piece of HTML and the
    names, two at least, of what fills its ``%s``. Where there are several pieces the first of them chooses."""
    if isinstance(cell, str):
        read = attrgetter(cell)
        return lambda row: _escaped(read(row))
    if callable(cell):
        draw: Callable[[Any], str] = cell
        return draw
    piece, *names = cell
    values = attrgetter(*names)
    if isinstance(piece, str):
        pattern = str(piece)  # markup would escape once more
        return lambda row: pattern % tuple(map(_escaped, values(row)))
    patterns = {choice: str(each) for choice, each in piece.items()}
    return lambda row: _chosen(patterns, *values(row))


def _chosen(patterns: Mapping[Any, str], choice: object, *values: object) -> str:
    pattern = patterns[choice if choice in patterns else None]
    return pattern % tuple(map(_escaped, values))


def _escaped(value: object) -> str:
    return value if type(value) is Markup else escape(value)


def with_query(request: HttpRequest, **changes: object) -> str:
    """This page's query with some parameters changed, none taking one away: ``?state=open&cursor=…``."""
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return f"?{query.urlencode()}"


def environment(**options: Any) -> Environment:
    """Build the environment Django's Jinja2 backend asks for."""
    options["undefined"] = StrictUndefined
    made = Environment(  # noqa: S701 - Django hands autoescape=True over in the options
        **options,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=kept_code(),
    )
    made.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=translation.gettext,
        ngettext=translation.ngettext,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
        newstyle=True,
    )
    made.globals.update(
        _=text,
        filled=filled,
        table_rows=table_rows,
        url=url,
        static=asset,
        govuk=Govuk(),
        language=translation.get_language,
        with_query=with_query,
    )
    return made
