"""What was done to a PDF file after a signature, in a reader's words: which pages, fields, annotations.

It explains why a signature no longer holds; whether it holds was decided before, by rules that allow only what is
known to be harmless.
"""

from collections.abc import Iterator

from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader

from motcua.engines.signing.verification.faults import UNREADABLE
from motcua.engines.signing.verification.verdicts import Change, What

_MOST_PAGES = 2000
_MOST_FIELDS = 2000
_DEEPEST = 50
_NOT_DRAWN = frozenset({"/Annots", "/Parent", "/StructParents", "/Tabs", "/Type"})


def changes_since(reader: PdfFileReader, revision: int) -> tuple[Change, ...]:
    """What the revisions after ``revision`` changed; ``other`` when it is nothing that can be named."""
    try:
        before, now = (reader.get_historical_resolver(each) for each in (revision, reader.xrefs.total_revisions - 1))
        found = [*_pages(before, now), *_fields(before, now)]
    except UNREADABLE:
        found = []
    return tuple(found) or (Change(What.OTHER),)


def filled_since(reader: PdfFileReader, revision: int) -> tuple[str, ...]:
    """The names of form fields whose value is another than in ``revision``; signatures are told by themselves."""
    before, now = (reader.get_historical_resolver(each) for each in (revision, reader.xrefs.total_revisions - 1))
    return tuple(name for change in _fields(before, now) for name in change.names)


def _pages(before: HistoricalResolver, now: HistoricalResolver) -> Iterator[Change]:
    old, new = list(_each_page(before)), list(_each_page(now))
    if len(new) > len(old):
        yield Change(What.PAGES_ADDED, _numbers(range(len(old), len(new))))
    elif len(new) < len(old):
        yield Change(What.PAGES_REMOVED)
    pairs = list(enumerate(zip(old, new, strict=False)))
    since = before.revision + 1
    drawn = [number for number, pair in pairs if _is_redrawn(*pair, now, since)]
    if drawn:
        yield Change(What.PAGES, _numbers(drawn))
    noted = [number for number, (was, is_) in pairs if _notes(was) != _notes(is_)]
    if noted:
        yield Change(What.ANNOTATIONS, _numbers(noted))


def _numbers(pages: "range | list[int]") -> tuple[str, ...]:
    return tuple(str(page + 1) for page in pages)


def _each_page(resolver: HistoricalResolver) -> Iterator[DictionaryObject]:
    """The pages in their order, down the tree of pages."""
    waiting, seen = [resolver.root["/Pages"]], 0
    while waiting and seen < _MOST_PAGES:
        node = waiting.pop()
        seen += 1
        if "/Kids" in node:
            kids = node["/Kids"]
            waiting += [kids[place] for place in reversed(range(min(len(kids), _MOST_PAGES)))]
        else:
            yield node


def _is_redrawn(was: DictionaryObject, is_: DictionaryObject, now: HistoricalResolver, since: int) -> bool:
    drawn = {name for name in was.keys() | is_.keys() if name not in _NOT_DRAWN}
    for name in drawn:
        if name not in was or name not in is_:
            return True
        value = is_.raw_get(name)
        if repr(was.raw_get(name)) != repr(value) or now.collect_dependencies(value, since_revision=since):
            return True
    return False


def _notes(page: DictionaryObject) -> list[str]:
    """The annotations of a page that are no form fields, as they are drawn and worded."""
    if "/Annots" not in page:
        return []
    annotations = page["/Annots"]
    listed = (annotations[place] for place in range(len(annotations)))
    return sorted(repr(each) for each in listed if each.get("/Subtype") != "/Widget")


def _fields(before: HistoricalResolver, now: HistoricalResolver) -> Iterator[Change]:
    old, new = dict(_each_field(before)), dict(_each_field(now))
    changed = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    if changed:
        yield Change(What.FIELDS, tuple(changed))


def _each_field(resolver: HistoricalResolver) -> Iterator[tuple[str, str]]:
    """Names of form fields and their values; signatures are told by themselves."""
    if "/AcroForm" not in resolver.root or "/Fields" not in resolver.root["/AcroForm"]:
        return
    waiting: list[tuple[PdfObject, str, int]] = [(resolver.root["/AcroForm"]["/Fields"], "", 0)]
    left = _MOST_FIELDS
    while waiting and left:
        fields, above, depth = waiting.pop()
        for field in _items(fields):
            left -= 1
            name = f"{above}.{field['/T']}".strip(".") if "/T" in field else above
            if "/Kids" in field and depth < _DEEPEST:
                waiting.append((field["/Kids"], name, depth + 1))
            if field.get("/FT") != "/Sig" and name:
                yield name, repr(field.raw_get("/V")) if "/V" in field else ""


def _items(array: PdfObject) -> Iterator[DictionaryObject]:
    assert isinstance(array, ArrayObject)
    for place in range(min(len(array), _MOST_FIELDS)):
        item = array[place]
        assert not isinstance(item, IndirectObject)
        if isinstance(item, DictionaryObject):
            yield item
