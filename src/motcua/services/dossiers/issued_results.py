"""What the public may know of an issued result: kind, number, agency, day; the file only for who holds the paper.

Names of people stand in no answer here. The secret in the QR code of a result stands on that result alone, so whoever
has it has seen the paper: they may compare it with the original, once it has been handed over.
"""

from django.db.models import Q, QuerySet

from motcua.engines.signing.levels.queries import signed_file_of
from motcua.engines.signing.originals import Original
from motcua.kernel.events import queries as events
from motcua.services.dossiers import stores
from motcua.services.dossiers.models import Dossier, ResultDocument, ReturnMethod, State
from motcua.services.dossiers.secrets import is_result_secret


def by_digest(digest: str) -> Original | None:
    """The sealed result whose file has, or once had, this content."""
    raised = signed_file_of(digest)
    files = Q(file__blob=digest)
    if raised is not None:
        files |= Q(file=raised.file_id)
    result = _sealed().filter(files).first()
    if result is None:
        return None
    return _original(result, newest=result.file.blob_id == digest, shown=False)


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


def _sealing(result: ResultDocument) -> bytes | None:
    """The digest of the event that tells of the sealing."""
    told = events.latest(result.dossier.stream, kind="dossier.result_sealed", references={"result": str(result.pk)})
    return bytes(told.digest) if told else None
