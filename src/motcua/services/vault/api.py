"""The JSON interface of the personal store: its owner's programs read it; nothing is written here."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from motcua.engines.signing.queries import Kept as Judged
from motcua.kernel.blobs.pages import respond
from motcua.kernel.web.api import Listed, PageQuery
from motcua.kernel.web.keyset import paginate
from motcua.people.accounts.api import Bearer
from motcua.services.dossiers.api.viewers import viewer
from motcua.services.vault import queries
from motcua.services.vault.access import look_into, paper_for, standing_of, store_of
from motcua.services.vault.models import KeptPaper

READ = "vault:read"
router = Router()
_FILE = {
    "200": {
        "description": "The file",
        "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
    },
    "206": {"description": "The asked range of bytes"},
    "304": {"description": "Not modified"},
    "416": {"description": "No such range of bytes"},
}


class StoreQuery(PageQuery):
    """Which part of the store is asked for."""

    origin: Literal["result", "paper", "own"] | None = None
    validity: Literal["valid", "expired", "revoked"] | None = None


class KeptPaperRow(Schema):
    """A paper in the store."""

    id: UUID
    name: str
    origin: Literal["result", "paper", "own"] = Field(description="Issued here, handed in with a dossier, or uploaded")
    assurance: Literal["issued", "digitised", "accepted", "declared"] = Field(description="Who answers for the file")
    standing: Literal["valid", "not_yet", "expired", "revoked"]
    kind_code: str = Field(description="Code of the kind of result; empty for others")
    issuer: str
    number: str
    issued_on: date | None
    valid_from: date | None
    valid_to: date | None = Field(description="The last day; null is for good, or not known")
    validity_by: str = Field(description="The office or law that says so; empty where the owner does, or nobody")
    dossier: str | None = Field(description="The dossier that it came from")
    media_type: str
    size: int = Field(description="In bytes")
    digest: str = Field(description="SHA-256 of the file, hexadecimal")
    added_at: datetime


class SignatureState(Schema):
    """What one signature of the file is worth."""

    state: str
    signer: str
    signed_at: datetime | None


class KeptPaperDetail(KeptPaperRow):
    """A paper with its signatures; null for kinds of files that carry none."""

    signatures: list[SignatureState] | None


class KeptPaperList(Listed):
    """A page of the store."""

    items: list[KeptPaperRow]


@router.get("", auth=Bearer(READ), response=KeptPaperList, operation_id="listVault", summary="List the personal store")
def listed(request: HttpRequest, asked: Query[StoreQuery]) -> dict[str, Any]:
    """What is kept for the bearer and for whom they may act today, newest first."""
    sees, today = viewer(request), timezone.localdate()
    found = queries.narrowed(store_of(sees), on=today, origin=asked.origin or "", validity=asked.validity or "")
    page = paginate(
        found.select_related("file", "dossier"), order=queries.ORDER, cursor=asked.cursor, size=asked.limit
    )
    look_into(sees, page.items)
    rows = [_row(kept, today) for kept in page.items]
    return {"items": rows, "next": page.next_cursor, "previous": page.previous_cursor}


@router.get(
    "/{kept_id}", auth=Bearer(READ), response=KeptPaperDetail, operation_id="getVaultPaper", summary="Read a paper"
)
def paper(request: HttpRequest, kept_id: UUID) -> dict[str, Any]:
    """One paper of the store with what its signatures are worth."""
    kept = paper_for(viewer(request), kept_id).kept
    judged = queries.judged(kept, at=timezone.now())
    return _row(kept, timezone.localdate()) | {"signatures": _signatures(judged)}


@router.get(
    "/{kept_id}/file",
    auth=Bearer(READ),
    response={200: None},
    operation_id="getVaultFile",
    summary="Download the file of a paper",
    openapi_extra={"responses": _FILE},
)
def file(request: HttpRequest, kept_id: UUID) -> HttpResponseBase:
    """The file as it came in, or as it was issued."""
    kept = paper_for(viewer(request), kept_id).kept
    assert kept.file is not None
    return respond(request, kept.file, download=True)


def _row(kept: KeptPaper, today: date) -> dict[str, Any]:
    assert kept.file is not None
    names = (
        "id",
        "name",
        "origin",
        "assurance",
        "kind_code",
        "issuer",
        "number",
        "issued_on",
        "valid_from",
        "valid_to",
        "validity_by",
    )
    return {name: getattr(kept, name) for name in names} | {
        "standing": standing_of(kept, today).value,
        "dossier": kept.dossier.number if kept.dossier else None,
        "media_type": kept.file.media_type,
        "size": kept.file.size,
        "digest": kept.file.blob_id,
        "added_at": kept.added_at,
    }


def _signatures(judged: Judged | None) -> list[dict[str, Any]] | None:
    if judged is None:
        return None
    return [
        {"state": verdict.state.value, "signer": verdict.signer, "signed_at": verdict.signed_at}
        for verdict in judged.verdicts
    ]
