"""Pure decisions about procedures: which version counts, how words are searched, whose life event it is."""

import re

from motcua.kernel.text import fold, words
from motcua.services.procedures.choices import LifeEvent, Source

# Words of a field's name (lĩnh vực), folded, and the life events under which its procedures are offered.
_EVENTS_OF_FIELDS = {
    "ho tich": [LifeEvent.CHILD, LifeEvent.FAMILY, LifeEvent.DEATH],
    "nuoi con nuoi": [LifeEvent.CHILD],
    "tre em": [LifeEvent.CHILD],
    "giao duc": [LifeEvent.STUDY],
    "dao tao": [LifeEvent.STUDY],
    "thi, tuyen sinh": [LifeEvent.STUDY],
    "van bang": [LifeEvent.STUDY],
    "viec lam": [LifeEvent.WORK],
    "lao dong": [LifeEvent.WORK, LifeEvent.RUN_BUSINESS],
    "cu tru": [LifeEvent.IDENTITY],
    "can cuoc": [LifeEvent.IDENTITY],
    "xuat nhap canh": [LifeEvent.IDENTITY],
    "quoc tich": [LifeEvent.IDENTITY],
    "chung thuc": [LifeEvent.IDENTITY],
    "nha o": [LifeEvent.HOUSING],
    "dat dai": [LifeEvent.HOUSING],
    "y te": [LifeEvent.HEALTH],
    "kham benh": [LifeEvent.HEALTH],
    "an toan thuc pham": [LifeEvent.HEALTH, LifeEvent.RUN_BUSINESS],
    "dang ky, quan ly phuong tien": [LifeEvent.VEHICLES],
    "dang kiem": [LifeEvent.VEHICLES],
    "lai xe": [LifeEvent.VEHICLES],
    "bao tro xa hoi": [LifeEvent.SUPPORT],
    "nguoi co cong": [LifeEvent.SUPPORT, LifeEvent.DEATH],
    "bao hiem xa hoi": [LifeEvent.RETIREMENT, LifeEvent.SUPPORT, LifeEvent.WORK],
    "chi tra": [LifeEvent.RETIREMENT, LifeEvent.SUPPORT],
    "khieu nai": [LifeEvent.DISPUTE],
    "to cao": [LifeEvent.DISPUTE],
    "boi thuong nha nuoc": [LifeEvent.DISPUTE],
    "thanh lap va hoat dong": [LifeEvent.START_BUSINESS, LifeEvent.RUN_BUSINESS, LifeEvent.CLOSE_BUSINESS],
    "thue": [LifeEvent.RUN_BUSINESS],
    "xay dung": [LifeEvent.BUILD],
    "dau tu": [LifeEvent.BUILD],
    "quy hoach": [LifeEvent.BUILD],
    "hai quan": [LifeEvent.TRADE],
    "xuat nhap khau": [LifeEvent.TRADE],
    "pha san": [LifeEvent.CLOSE_BUSINESS],
    "giai the": [LifeEvent.CLOSE_BUSINESS],
}
_CODE = re.compile(r"\d[\d.]*\.[\d.]*")


def becomes_current(*, current: str | None, new: str) -> bool:
    """Whether a new version takes effect at once.

    A changed catalogue record never replaces a package: dossiers run on the package, and a person must look first.
    """
    return new == Source.CATALOGUE and current != Source.PACKAGE


def life_events_of(field: str) -> list[str]:
    """The life events that a field's name suggests, each once; an administrator may change them."""
    folded = fold(field)
    found = (event for part, events in _EVENTS_OF_FIELDS.items() if part in folded for event in events)
    return [event.value for event in dict.fromkeys(found)]


def search_text(*parts: str) -> str:
    """The folded words of all parts, for a ``simple`` text-search vector."""
    return " ".join(word for part in parts for word in words(part))


def search_query(text: str, *, phrase: bool = False) -> str | None:
    """A text-search query in which every word must occur and the last may be only begun; none without a word.

    As a ``phrase`` the words must follow one another: "hộ tịch" is not "hồ … diện tích".
    """
    asked = words(text)[:12]
    if not asked:
        return None
    return (" <-> " if phrase else " & ").join([*asked[:-1], f"{asked[-1]}:*"])


def code_prefix(text: str) -> str | None:
    """The beginning of a procedure code, when that is what was typed: ``1.0001``."""
    typed = text.strip()
    return typed if _CODE.fullmatch(typed) else None
