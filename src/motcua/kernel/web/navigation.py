"""What stands in the menus: rooms register, the shell of the site draws.

A room registers in its ``AppConfig.ready``::

    navigation.register(NavItem(
        area="desk", label=_("Inbox"), url_name="dossiers:desk-inbox", order=10,
        visible=access.works_on_dossiers, waiting=queries.open_items_of,
    ))
    navigation.register_lookup(Lookup(area="desk", url_name="dossiers:desk-search", label=_("Dossier code, name …")))

``visible`` and ``waiting`` get the request of every page of the area: they read only what is cached on it. What waits
is counted for all items in one statement.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from django.http import HttpRequest
from django.utils.translation import get_language

from motcua.kernel.postgresql import prepared_cursor
from motcua.kernel.web.addresses import address

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Area = Literal["portal", "desk", "account", "administration", "kiosk"]
LookupArea = Literal["desk", "procedures", "tracking"]


def always(request: HttpRequest) -> bool:
    """The item is for everyone."""
    return True


@dataclass(frozen=True)
class Waiting:
    """Rows whose number stands beside an item: an indexed ``SELECT FROM …``, counted up to 100."""

    rows: str
    params: Sequence[Any] = ()


@dataclass(frozen=True)
class NavItem:
    """A link of a menu. ``portal`` is the public menu, ``desk`` and ``administration`` the two parts of the officers'
    menu, ``account`` the menu of the signed-in person, ``kiosk`` the start of a kiosk. The number of what is
    ``waiting`` stands beside it; none or 0 shows nothing, or not even the item if it is there ``only_when_waiting``.
    """

    area: Area
    label: "StrOrPromise"
    url_name: str
    order: int = 100
    visible: Callable[[HttpRequest], bool] = always
    waiting: Callable[[HttpRequest], Waiting] | None = None
    only_when_waiting: bool = False


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
        return address(self.url_name)


# Every address of an area begins with its home's.
_HOMES = frozenset({"/", "/desk/"})
_MOST_COUNTED = 100
_COUNTS = "_navigation_counts"
_items: dict[str, dict[str, NavItem]] = {}  # of each area by address, in order
_labels: dict[tuple[str, str, str | None], str] = {}  # by area, address and language: translated anew they cost more
_lookups: dict[str, Lookup] = {}


def register(item: NavItem) -> None:
    """Put a link into a menu; the same address registered again replaces it."""
    others = _items.get(item.area, {})
    _items[item.area] = dict(sorted({**others, item.url_name: item}.items(), key=lambda entry: entry[1].order))
    _labels.clear()


def register_lookup(lookup: Lookup) -> None:
    """Say which page answers the search box of an area."""
    _lookups[lookup.area] = lookup


def lookup(area: LookupArea) -> Lookup | None:
    """The page that answers the search box of an area, none if no room offers one."""
    return _lookups.get(area)


def entries(area: Area, request: HttpRequest) -> list[Entry]:
    """The links of a menu that this request may see, in order; the longest address that leads here is current."""
    items = _items.get(area, {}).values()
    shown = [(item, address(item.url_name)) for item in items if _is_shown(item, request)]
    here = max((url for _item, url in shown if _leads_to(url, request.path)), key=len, default=None)
    language = get_language()
    return [Entry(_label(item, language), url, _count(item, request), url == here) for item, url in shown]


def _label(item: NavItem, language: str | None) -> str:
    known = (item.area, item.url_name, language)
    if known not in _labels:
        _labels[known] = str(item.label)
    return _labels[known]


def _is_shown(item: NavItem, request: HttpRequest) -> bool:
    return item.visible(request) and not (item.only_when_waiting and not _count(item, request))


def _count(item: NavItem, request: HttpRequest) -> int | None:
    if item.waiting is None:
        return None
    if not hasattr(request, _COUNTS):
        setattr(request, _COUNTS, _counts(request))
    counts: Mapping[str, int] = getattr(request, _COUNTS)
    return counts[item.url_name]


def _counts(request: HttpRequest) -> dict[str, int]:
    """What waits at every item that the request may see, in one statement."""
    items = [item for of_area in _items.values() for item in of_area.values()]
    asked = {item.url_name: item.waiting(request) for item in items if item.waiting and item.visible(request)}
    counts = (f"(SELECT count(*) FROM ({each.rows} LIMIT {_MOST_COUNTED}) AS w)" for each in asked.values())  # noqa: S608
    with prepared_cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counts)}", [value for each in asked.values() for value in each.params])
        return dict(zip(asked, cursor.fetchone(), strict=True))


def _leads_to(url: str, path: str) -> bool:
    return path == url or (url not in _HOMES and path.startswith(url))
