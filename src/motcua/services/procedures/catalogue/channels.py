"""Telling the rows of "cách thức thực hiện" apart: channel, limit, fee, note and description without separators."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from motcua.services.procedures.catalogue.fees import Fee, confirmed_amount, parse_fee
from motcua.services.procedures.catalogue.limits import NOTHING, Limit, parse_limit
from motcua.services.procedures.choices import Channel, FeeStatus, LimitStatus

HEADER = "Hình thức nộpThời gianPhí, lệ phíMô tả"
CHANNELS = {"Trực tuyến": Channel.ONLINE, "Trực tiếp": Channel.COUNTER, "Dịch vụ bưu chính": Channel.POST}
_CURRENCY = r"(?:VNĐ|Việt Nam Đồng|USD)"
_ROW = re.compile(
    r"(?P<channel>Trực tuyến|Trực tiếp|Dịch vụ bưu chính)"
    r"(?:"
    rf"(?P<glued>\d[\d.,]{{0,19}}) ?(?P<glued_currency>{_CURRENCY})"
    r"|(?P<limit>\d+(?:[.,]\d{1,2})?(?: (?:Ngày làm việc|Ngày|Giờ|Tháng))?|Không có thông tin"
    r"|[A-ZĐ](?:(?!Trực tuyến|Trực tiếp|Dịch vụ bưu chính)[^\n()\d]){2,160}?)"
    rf"(?P<fee>Miễn phí|Không có thông tin|\d[\d.,]* ?{_CURRENCY})"
    r")"
)
_NUMBERING = re.compile(r"\((?:\d{1,2}|[a-zđ]|[ivx]{1,4})\)")
_GROUPED = re.compile(r"(?:[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d*)")


@dataclass(frozen=True)
class ChannelTerms:
    """One row: what filing through a channel takes and costs. A channel may have several rows (one per variant)."""

    channel: Channel
    limit: Limit
    fee: Fee
    description: str
    text: str


def parse_channels(text: str) -> tuple[tuple[ChannelTerms, ...], tuple[str, ...]]:
    """The rows of the column, and the pieces of text that no row explains."""
    body = text.strip().removeprefix(HEADER)
    matches = list(_ROW.finditer(body))
    if not matches:
        return (), (body,) if body.strip() and body.strip() != NOTHING else ()
    rows = tuple(_row(match, body[match.end() : end]) for match, end in _with_ends(matches, len(body)))
    lead = body[: matches[0].start()].strip()
    return rows, (lead,) if lead else ()


def slipped_row(papers: str) -> tuple[str, str]:
    """The last row where the source has it before the heading of the papers' column (3.000397), and the papers."""
    head, heading, rest = papers.partition("Thành phần hồ sơ--")
    row = head.strip(" :\n")
    return (row, rest) if heading and _ROW.match(row) else ("", papers)


def _with_ends(matches: list[re.Match[str]], last: int) -> Iterator[tuple[re.Match[str], int]]:
    ends = [match.start() for match in matches[1:]] + [last]
    return zip(matches, ends, strict=True)


def _row(match: re.Match[str], tail: str) -> ChannelTerms:
    note, description = _note(tail) if match["fee"] != NOTHING else ("", tail)
    if match["glued"]:
        limit, fee = unglue(match["glued"], match["glued_currency"], note)
    else:
        limit, fee = parse_limit(match["limit"]), parse_fee(match["fee"], note)
    return ChannelTerms(CHANNELS[match["channel"]], limit, fee, description.strip(), match[0] + tail)


def unglue(digits: str, currency: str, note: str) -> tuple[Limit, Fee]:
    """A bare limit and a fee that run together: ``120 VNĐ(20.000 đồng)`` is 1 and 20 (thousand).

    The source never leaves a limit out (it then says "Không có thông tin") nor shows a fee of 0 (it then says
    "Miễn phí"), so a cut must leave both; the note, or there being one cut only, decides which it was.
    """
    cuts = [(digits[:at], digits[at:]) for at in range(1, len(digits)) if _possible_cut(digits[:at], digits[at:])]
    told = [cut for cut in cuts if currency != "USD" and note and _confirms(cut[1], note)]
    certain = told if len(told) == 1 else cuts
    if len(certain) != 1:
        text = f"{digits} {currency}"
        return Limit(LimitStatus.UNIT_MISSING, text), Fee(
            FeeStatus.NOT_UNDERSTOOD, f"{text}({note})" if note else text
        )
    limit, fee = certain[0]
    return parse_limit(limit), parse_fee(f"{fee} {currency}", note)


def _possible_cut(limit: str, fee: str) -> bool:
    return limit.isdigit() and limit[0] != "0" and _GROUPED.fullmatch(fee) is not None


def _confirms(fee: str, note: str) -> bool:
    amount = int(fee.replace(",", ""))
    return amount < 1_000 and confirmed_amount(amount, note) is not None


def _note(tail: str) -> tuple[str, str]:
    """The bracketed note that directly follows a fee, and the description after it.

    ``(1) Trường hợp…`` numbers the description and is no note. Some notes lack their last bracket: then they end at
    the last bracket there is.
    """
    if not tail.startswith("(") or _NUMBERING.match(tail):
        return "", tail
    depth = 0
    for at, char in enumerate(tail):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return tail[1:at], tail[at + 1 :]
    last = tail.rfind(")")
    return (tail[1 : last + 1], tail[last + 1 :]) if last > 0 else (tail[1:], "")
