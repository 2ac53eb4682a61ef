"""What the public may know of an issued result: kind, number, agency, day; the file only for who holds the paper.

Names of people stand in no answer here. The secret in the QR code of a result stands on that result alone, so whoever
has it has seen the paper: they may compare it with the original, once it has been handed over.
"""

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from motcua.engines.signing.originals import Original
from motcua.kernel.events import queries as events
from motcua.services.dossiers import stores
from motcua.services.dossiers.models import Dossier, ResultCopy, ResultDocument, ReturnMethod, State
from motcua.services.dossiers.secrets import is_result_secret


def by_digest(digest: str, files: Collection[UUID]) -> Original | None:
    """The sealed result, or the certified copy of one, that has one of these files."""
    result = _sealed().filter(file__in=files).first()
    if result is not None:
        return _original(result, newest=result.file.blob_id == digest, shown=False)
    copy = ResultCopy.objects.filter(file__in=files).select_related("file", "office", "result__dossier").first()
    return _copy(copy, newest=copy.file.blob_id == digest) if copy and copy.file else None


def by_code(number: str, code: str) -> Original | None:
    """The sealed result that the QR code of a printed document names; three statements, and two for its event."""
    dossier = Dossier.objects.filter(code=number).only("id").first()
    if dossier is None:
        return None
    for result in _sealed().filter(dossier=dossier).order_by("id"):
        if is_result_secret(dossier.pk, result.template, code):
            return _original(result, newest=True, shown=_is_handed_over(result.dossier))
    return None


def _sealed() -> QuerySet[ResultDocument]:
    sealed = ResultDocument.objects.filter(state=ResultDocument.State.SEALED)
    return sealed.select_related("file__blob", "office", "dossier")


def _is_handed_over(dossier: Dossier) -> bool:
    online = dossier.state == State.DECIDED and dossier.return_method == ReturnMethod.ONLINE
    return online or dossier.state == State.RETURNED


def _original(result: ResultDocument, *, newest: bool, shown: bool) -> Original:
    assert result.sealed_at is not None
    return Original(
        title=result.name,
        number=result.number,
        agency=result.office.name,
        issued_at=result.sealed_at,
        newest=newest,
        file=result.file if shown else None,
        event=_sealing(result),
        revoked_at=stores.revoked([result.pk]).get(result.pk),
    )


def _copy(copy: ResultCopy, *, newest: bool) -> Original:
    result = copy.result
    assert copy.ended_at is not None
    told = events.latest(result.dossier.stream, kind="dossier.result_copied", references={"copy": str(copy.pk)})
    return Original(
        title=f"{copy.get_kind_display()}: {result.name}",
        number=result.number,
        agency=copy.office.name,
        issued_at=copy.ended_at,
        newest=newest,
        event=bytes(told.digest) if told else None,
        revoked_at=stores.revoked([result.pk]).get(result.pk),
    )


def _sealing(result: ResultDocument) -> bytes | None:
    """The digest of the event that tells of the sealing."""
    told = events.latest(result.dossier.stream, kind="dossier.result_sealed", references={"result": str(result.pk)})
    return bytes(told.digest) if told else None
