"""What every page shows around its own content: menus, search boxes, language, who is signed in."""

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from motcua.kernel.web import navigation


@dataclass(frozen=True)
class LanguageLink:
    """The way to read this page in another language, named in that language."""

    code: str
    name: str
    url: str


@dataclass
class Shell:
    """Reads lazily: an error page draws itself without touching session or database."""

    request: HttpRequest

    @property
    def name(self) -> str:
        """Whose portal this is, such as "Tỉnh Phú Thọ"."""
        return settings.INSTALLATION_NAME

    @property
    def demonstration(self) -> bool:
        """Whether the data are invented: a banner says so on every page."""
        return settings.DEMONSTRATION

    @property
    def demonstration_keys(self) -> bool:
        """Whether keys in files sign here, which proves nothing: the banner says so, too."""
        return settings.DEMONSTRATION_KEYS

    @cached_property
    def portal(self) -> list[navigation.Entry]:
        """The public menu."""
        return navigation.entries("portal", self.request)

    @cached_property
    def desk(self) -> list[navigation.Entry]:
        """The officers' menu: daily work."""
        return navigation.entries("desk", self.request)

    @cached_property
    def administration(self) -> list[navigation.Entry]:
        """The officers' menu: what keeps the house in order."""
        return navigation.entries("administration", self.request)

    @cached_property
    def account(self) -> list[navigation.Entry]:
        """The menu of the signed-in person."""
        return navigation.entries("account", self.request)

    @property
    def lookups(self) -> dict[str, navigation.Lookup | None]:
        """The pages that answer the search boxes."""
        return {area: navigation.lookup(area) for area in ("desk", "procedures", "tracking")}

    @property
    def language(self) -> str:
        """The language of this page, for its ``lang`` attribute."""
        return translation.get_language() or settings.LANGUAGE_CODE

    @property
    def texts(self) -> SafeString:
        """What the scripts of the page say, as the content of an attribute."""
        return _texts(self.language)

    @property
    def languages(self) -> list[LanguageLink]:
        """The other languages this page can be read in."""
        back = urlencode({"next": self.request.get_full_path() if self.request.method == "GET" else "/"})
        return [
            LanguageLink(code, translation.get_language_info(code)["name_local"], f"{url}?{back}")
            for code, _name in settings.LANGUAGES
            if code != self.language and (url := reverse("site:language", args=[code]))
        ]


@cache
def _texts(language: str) -> SafeString:
    """What the scripts say in a language."""
    with translation.override(language):
        return mark_safe(render_to_string("site/texts.html"))  # noqa: S308 - the template escapes it


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor of every page."""
    return {"shell": Shell(request)}
