"""The fee of a channel row: a cell (``Miễn phí``, ``50,000 VNĐ``, ``Không có thông tin``) and the note beside it.

The portal shows "Miễn phí" also where nobody filled in an amount, and then the note tells the price or the text that
sets it. A citizen must not read "free" there, so the note decides.
"""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from motcua.services.procedures.catalogue.amounts import Money, dollars, has_bare_amount, moneys, per, whole
from motcua.services.procedures.catalogue.limits import NOTHING
from motcua.services.procedures.choices import Currency, FeeKind, FeeStatus

FREE = "Miễn phí"
_CELL = re.compile(r"(?P<number>\d[\d.,]*) ?(?P<currency>VNĐ|Việt Nam Đồng|USD)")
_NAME_LIMIT = 300

_NOTHING_MORE = re.compile(
    r"(?:không|không có|không có thông tin|chưa có|không quy định|chưa quy định|không có quy định|không áp dụng"
    r"|không thu(?: phí| lệ phí|$)[^;]*|không (?:phải )?(?:mất|nộp|tính).*|không được quy định.*"
    r"|miễn phí|miễn(?: phí,)? lệ phí|miễn phí, lệ phí|không phí.*)",
    re.IGNORECASE | re.DOTALL,
)
_EXEMPT = re.compile(r"miễn (?:thu )?(?:phí|lệ phí)\b(?!.*(?:đối với|cho người|trường hợp|ngày))", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"theo quy định|quy định tại|quy định của|thông tư|nghị định|nghị quyết|hội đồng nhân dân|ủy ban nhân dân"
    r"|quyết định|biểu phí|biểu giá|biểu mức|pháp luật|luật phí|văn bản giá|giá dịch vụ|thỏa thuận|thực tế|địa phương"
    r"|mức thu",
    re.IGNORECASE,
)
_TEMPORARY = re.compile(
    r"(?:kể )?từ (?:ngày )?\d|đến (?:hết )?ngày|giảm|bằng \d+ ?%|áp dụng mức|bao gồm|gồm\b|nộp .{0,40}trực tuyến",
    re.IGNORECASE,
)
_NO_FEE_CLAUSE = re.compile(r"không(?: có| quy định| thu)?[\s.;)]*$", re.IGNORECASE)
_LISTED = re.compile(r"(?:^|[\s,;])(?P<kind>Phí|Lệ phí)\s*:\s*(?P<number>\d[\d.,]*\d)")
_CLAUSE_END = re.compile(r"[;\n]|\.\s|\s[-+–*]\s|\s[a-e]\)\s|(?=\b(?:Phí|Lệ phí)\s*:\s*\d)")
_CELL_UNIT = re.compile(r"^[\s(]*(?:đồng|đ)?(?=\s*/)", re.IGNORECASE)
_LINE_LEAD = re.compile(r"^[\s.;,:+*/(-]*(?:Đồng\s*\()?[\s.;,:+*/(-]*", re.IGNORECASE)


@dataclass(frozen=True)
class Item:
    """One fee line. ``amount`` counts whole units of ``currency``; ``unit`` is what it is paid for (``lần``)."""

    amount: int
    name: str
    unit: str = ""
    currency: Currency = Currency.VND
    kind: FeeKind = FeeKind.UNSPECIFIED


@dataclass(frozen=True)
class Fee:
    """What is known of the fee; ``text`` is the source's own words (cell and note)."""

    status: FeeStatus
    text: str
    items: tuple[Item, ...] = field(default=())


def parse_fee(cell: str, note: str = "") -> Fee:
    """Read one fee cell with the note that stands beside it in brackets."""
    text = f"{cell}({note})" if note else cell
    if cell == NOTHING:
        return Fee(FeeStatus.NOT_GIVEN, text)
    if cell == FREE:
        return _free_or_told_in_note(text, note)
    match = _CELL.fullmatch(cell.strip())
    amount = whole(match["number"]) if match else None
    if match is None or amount is None:
        return Fee(FeeStatus.NOT_UNDERSTOOD, text)
    if match["currency"] == "USD":
        return _in_dollars(text, amount, note)
    return _in_dong(text, amount, note)


def _free_or_told_in_note(text: str, note: str) -> Fee:
    bare = note.strip(" ().;:-+*\t\n")
    if not bare or _NOTHING_MORE.fullmatch(bare):
        return Fee(FeeStatus.FREE, text)
    found = moneys(note)
    if found is None or dollars(note) or has_bare_amount(note) or any(money.threshold for money in found):
        return _dollars_in_note(text, note) if found == [] else Fee(FeeStatus.NOT_UNDERSTOOD, text)
    if any(money.amount for money in found):
        return Fee(FeeStatus.PARSED, text, _items(note, found))
    if _EXEMPT.match(bare) or all(_NO_FEE_CLAUSE.search(clause) for clause in _clauses(note)):
        return Fee(FeeStatus.FREE, text)
    if _ELSEWHERE.search(bare) or _TEMPORARY.search(bare):
        return Fee(FeeStatus.NOT_GIVEN, text)
    return Fee(FeeStatus.NOT_UNDERSTOOD, text)


def _dollars_in_note(text: str, note: str) -> Fee:
    amounts = dollars(note)
    if len(amounts) != 1 or has_bare_amount(note):
        return Fee(FeeStatus.NOT_UNDERSTOOD, text)
    return Fee(FeeStatus.PARSED, text, (_item(amounts[0], note, Currency.USD),))


def _in_dollars(text: str, amount: int, note: str) -> Fee:
    told = dollars(note)
    if amount == 0 or (told and amount not in told):
        return Fee(FeeStatus.NOT_UNDERSTOOD, text)
    return Fee(FeeStatus.PARSED, text, (_item(amount, note, Currency.USD),))


def _in_dong(text: str, cell: int, note: str) -> Fee:
    found = moneys(note)
    listed = [(whole(match["number"]), match) for match in _LISTED.finditer(note)]
    first = note[: listed[0][1].start()] if listed else note
    amount = confirmed_amount(cell, first if first.strip() else note)
    if amount is None or found is None:
        return Fee(FeeStatus.NOT_UNDERSTOOD, text)
    if any(value is None or value < 1_000 for value, _ in listed):
        return Fee(FeeStatus.NOT_UNDERSTOOD, text)
    items = [_item(amount, first, unit=_cell_unit(amount, first, found))]
    ends = [*(match.start() for _, match in listed[1:]), len(note)]
    for (value, match), end in zip(listed, ends, strict=False):
        if value is not None and value != amount:
            kind = FeeKind.CHARGE if match["kind"] == "Lệ phí" else FeeKind.FEE
            items.append(_item(value, note[match.end() : end], unit=per(note[match.end() :]), kind=kind))
    return Fee(FeeStatus.PARSED, text, tuple(items))


def _cell_unit(amount: int, note: str, found: list[Money]) -> str:
    """What the cell's amount is paid for: ``(đồng/lần)``, or beside the same amount in the note."""
    lead = _CELL_UNIT.match(note)
    return per(note[lead.end() :]) if lead else next((money.unit for money in found if money.amount == amount), "")


def confirmed_amount(cell: int, note: str) -> int | None:
    """The amount that a cell means. A cell such as ``20 VNĐ`` was typed in thousands: only a note that says so helps.

    None when the cell is too small to be a fee and no note explains it, or when the note names another price.
    """
    told = [money.amount for money in moneys(note) or () if not money.threshold]
    if cell in told and cell >= 1_000:
        return cell
    if cell < 1_000:
        return cell * 1_000 if cell and cell * 1_000 in told else _halved(cell, told, note)
    return cell if not told or _TEMPORARY.search(note) else None


def _halved(cell: int, told: list[int], note: str) -> int | None:
    """``50 VNĐ(áp dụng mức phí 25.000 đồng … đến hết ngày …)``: half the price until then: thousands are meant."""
    thousands = cell * 1_000
    return thousands if thousands and thousands // 2 in told and _TEMPORARY.search(note) else None


def _clauses(note: str) -> list[str]:
    return [clause for part in _CLAUSE_END.split(note) if (clause := part.strip(" ().;,:-+*\t"))]


def _items(note: str, found: list[Money]) -> tuple[Item, ...]:
    bounds = sorted({0, len(note), *(match.end() for match in _CLAUSE_END.finditer(note))})
    items = []
    for money in found:
        start = bounds[bisect_right(bounds, money.start) - 1]
        end = bounds[min(bisect_left(bounds, money.end), len(bounds) - 1)]
        items.append(_item(money.amount, note[start:end], unit=money.unit))
    return tuple(items)


def _item(
    amount: int, words: str, currency: Currency = Currency.VND, unit: str = "", kind: FeeKind | None = None
) -> Item:
    name = " ".join(_LINE_LEAD.sub("", words[: 10 * _NAME_LIMIT]).rstrip(" ().;,:-+*/\t\n").split())[:_NAME_LIMIT]
    return Item(amount, name, unit, currency, kind or _kind(name.lower()))


def _kind(name: str) -> FeeKind:
    if "phí, lệ phí" in name or "phí và lệ phí" in name:
        return FeeKind.UNSPECIFIED
    if "lệ phí" in name:
        return FeeKind.CHARGE
    return FeeKind.FEE if name.startswith("phí") else FeeKind.UNSPECIFIED
