"""The Jinja2 environment of every page.

Our own templates run under StrictUndefined: a misspelt name is an error, not a blank. The macros of
``govuk-frontend-jinja`` rely on chained undefined values, so they live in a second environment and are handed over
as the global ``govuk`` (``{{ govuk.button({...}) }}``).
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from jinja2 import ChainableUndefined, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


class Govuk:
    """The component macros by their short names: ``govuk.date_input`` renders ``govukDateInput``."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=PackageLoader("govuk_frontend_jinja"),
            autoescape=True,
            undefined=ChainableUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
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
        template = self._environment.get_template(f"components/{folder}/macro.html")
        macro = getattr(template.module, "govuk" + "".join(part.title() for part in name.split("_")))

        def render(params: Mapping[str, Any], **kwargs: Any) -> Markup:
            return Markup(macro(dict(params), **kwargs))  # noqa: S704 - the macro autoescapes

        return render


def url(name: str, /, *args: object, **kwargs: object) -> str:
    """``{{ url("dossiers:desk-dossier", code=code) }}``."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def environment(**options: Any) -> Environment:
    """Build the environment Django's Jinja2 backend asks for."""
    options["undefined"] = StrictUndefined
    made = Environment(
        **options,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=translation.gettext,
        ngettext=translation.ngettext,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
        newstyle=True,
    )
    made.globals.update(url=url, static=static, govuk=Govuk(), language=translation.get_language)
    return made
