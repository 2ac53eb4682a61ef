"""What stands in the menus: rooms register, the shell of the site draws.

A room registers in its ``AppConfig.ready``::

    navigation.register(NavItem(
        area="desk", label=_("Inbox"), url_name="dossiers:desk-inbox", order=10,
        visible=access.works_on_dossiers, count=queries.open_items_of,
    ))
    navigation.register_lookup(Lookup(area="desk", url_name="dossiers:desk-search", label=_("Dossier code, name …")))

``visible`` and ``count`` get the request of every page of the area: they read only what is cached on it, or one
indexed and capped count.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.http import HttpRequest
from django.urls import reverse

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Area = Literal["portal", "desk", "account", "administration"]
LookupArea = Literal["desk", "procedures", "tracking"]


def always(request: HttpRequest) -> bool:
    """The item is for everyone."""
    return True


@dataclass(frozen=True)
class NavItem:
    """A link of a menu. ``portal`` is the public menu, ``desk`` and ``administration`` the two parts of the officers'
    menu, ``account`` the menu of the signed-in person. ``count`` gives the number beside it; none or 0 shows nothing.
    """

    area: Area
    label: "StrOrPromise"
    url_name: str
    order: int = 100
    visible: Callable[[HttpRequest], bool] = always
    count: Callable[[HttpRequest], int | None] | None = None


@dataclass(frozen=True)
class Entry:
    """A link as the page of one request shows it."""

    label: str
    url: str
    count: int | None
    current: bool


@dataclass(frozen=True)
class Lookup:
    """A page that answers a typed or scanned text in its GET ``parameter``: the search box of an area leads there."""

    area: LookupArea
    url_name: str
    label: "StrOrPromise"
    parameter: str = "q"

    @property
    def url(self) -> str:
        """Where the box sends what was typed."""
        return reverse(self.url_name)


# Every address of an area begins with its home's.
_HOMES = frozenset({"/", "/desk/"})
_items: dict[tuple[str, str], NavItem] = {}
_lookups: dict[str, Lookup] = {}


def register(item: NavItem) -> None:
    """Put a link into a menu; the same address registered again replaces it."""
    _items[item.area, item.url_name] = item


def register_lookup(lookup: Lookup) -> None:
    """Say which page answers the search box of an area."""
    _lookups[lookup.area] = lookup


def lookup(area: LookupArea) -> Lookup | None:
    """The page that answers the search box of an area, none if no room offers one."""
    return _lookups.get(area)


def entries(area: Area, request: HttpRequest) -> list[Entry]:
    """The links of a menu that this request may see, in order; the longest address that leads here is current."""
    items = sorted((item for item in _items.values() if item.area == area), key=lambda item: item.order)
    shown = [(item, reverse(item.url_name)) for item in items if item.visible(request)]
    here = max((url for _item, url in shown if _leads_to(url, request.path)), key=len, default=None)
    return [
        Entry(str(item.label), url, item.count(request) if item.count else None, url == here) for item, url in shown
    ]


def _leads_to(url: str, path: str) -> bool:
    return path == url or (url not in _HOMES and path.startswith(url))
