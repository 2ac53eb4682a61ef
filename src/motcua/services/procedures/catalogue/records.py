"""One line of the national catalogue, read."""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from motcua.services.procedures.catalogue.channels import ChannelTerms, parse_channels, slipped_row
from motcua.services.procedures.catalogue.limits import Limit
from motcua.services.procedures.catalogue.lists import Result, document_numbers, parse_results, split_list
from motcua.services.procedures.catalogue.papers import CasePapers, parse_papers
from motcua.services.procedures.choices import FeeStatus, LimitStatus

_CODE = re.compile(r"[0-9A-Z][0-9A-Za-z.\-]{0,39}")
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
# Longest texts that a version stores beside the source record; lists are as long as all of their entries.
_LONGEST = {
    "linh_vuc": 200,
    "so_quyet_dinh": 200,
    "cap_thuc_hien": 80,
    "doi_tuong_thuc_hien": 1_000,
    "co_quan_thuc_hien": 10_000,
}
_LONGEST_OTHER = 200_000
LONGEST_LINE = 2_000_000


class UnreadableError(ValueError):
    """The line is no record of the catalogue: not JSON, or without code or name."""


@dataclass(frozen=True)
class Record:
    """A procedure as the national catalogue gives it. ``source`` keeps every column in the source's own words."""

    code: str
    name: str
    decision: str
    field: str
    levels: tuple[str, ...]
    subjects: tuple[str, ...]
    agencies: tuple[str, ...]
    results: tuple[Result, ...]
    legal_basis: tuple[str, ...]
    channels: tuple[ChannelTerms, ...]
    cases: tuple[CasePapers, ...]
    not_understood: tuple[str, ...]
    source: dict[str, str]

    @property
    def digest(self) -> str:
        """SHA-256 of what the source says; equal digests mean that nothing changed."""
        canonical = json.dumps(self.source, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    @property
    def papers(self) -> int:
        """Number of papers over all cases."""
        return sum(len(case.papers) for case in self.cases)


def read_record(line: str) -> Record:
    """Read one JSON line; raises ``UnreadableError`` with the reason."""
    source = _source(line)
    row, papers = slipped_row(source.get("thanh_phan_ho_so", ""))
    channels, strange_rows = parse_channels(source.get("cach_thuc_thuc_hien", "") + row)
    cases, strange_papers = parse_papers(papers)
    return Record(
        code=source["ma_thu_tuc"].strip(),
        name=" ".join(source["ten_thu_tuc"].split()),
        decision=source.get("so_quyet_dinh", "").strip(),
        field=source.get("linh_vuc", "").strip(),
        levels=split_list(source.get("cap_thuc_hien", "")),
        subjects=split_list(source.get("doi_tuong_thuc_hien", "")),
        agencies=split_list(source.get("co_quan_thuc_hien", "")),
        results=parse_results(source.get("ket_qua_xu_ly", "")),
        legal_basis=document_numbers(source.get("can_cu_phap_ly", "")),
        channels=channels,
        cases=cases,
        not_understood=(*strange_rows, *_strange_terms(channels), *strange_papers),
        source=source,
    )


def _source(line: str) -> dict[str, str]:
    if len(line) > LONGEST_LINE:
        raise UnreadableError(f"longer than {LONGEST_LINE} characters")
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"not JSON: {error}") from error
    if not isinstance(row, dict) or not all(isinstance(value, str) for value in row.values()):
        raise UnreadableError("not an object of texts")
    for key in ("ma_thu_tuc", "ten_thu_tuc"):
        if not row.get(key, "").strip():
            raise UnreadableError(f"{key} is missing")
    if not _CODE.fullmatch(row["ma_thu_tuc"].strip()):
        raise UnreadableError("ma_thu_tuc is no code of a procedure")
    for key, value in row.items():
        if _UNSTORABLE.search(key + value) or len(value) > _LONGEST.get(key, _LONGEST_OTHER):
            raise UnreadableError(f"{ascii(key)[1:-1]} is too long or has characters that are no text")
    return row


def _strange_terms(channels: tuple[ChannelTerms, ...]) -> list[str]:
    strange = []
    for row in channels:
        if row.limit.status == LimitStatus.NOT_UNDERSTOOD:
            strange.append(row.limit.text)
        if row.fee.status == FeeStatus.NOT_UNDERSTOOD:
            strange.append(row.fee.text)
    return strange


def report_entry(record: Record) -> dict[str, Any]:
    """What the import's report says of one record."""
    channels = [
        {
            "channel": row.channel.value,
            "limit": _limit(row.limit),
            "limit_status": row.limit.status.value,
            "fee_status": row.fee.status.value,
        }
        for row in record.channels
    ]
    return {
        "code": record.code,
        "channels": channels,
        "papers": record.papers,
        "not_understood": list(record.not_understood),
    }


def _limit(limit: Limit) -> dict[str, Any] | None:
    if limit.value is None:
        return None
    return {"value": plain_number(limit.value), "unit": limit.unit.value if limit.unit else None}


def plain_number(value: Decimal) -> int | float:
    """A decimal as JSON writes it: 20 stays 20, 1.5 stays 1.5."""
    return int(value) if value == value.to_integral_value() else float(value)


def results_as_json(results: tuple[Result, ...]) -> list[dict[str, str]]:
    """Results as they are stored with a version."""
    return [asdict(result) for result in results]
