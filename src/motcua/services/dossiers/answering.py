"""How a dossier ended is proposed as the answer to the document that it was opened from.

The text begins a draft that an officer finishes; it is printed, so it is Vietnamese whatever language the screen has.
"""

from motcua.kernel.text import local_date
from motcua.people.officers.desks import Desk
from motcua.services.correspondence.models import IncomingDocument
from motcua.services.dossiers.access import Viewer, dossiers_for
from motcua.services.dossiers.models import Dossier, FormNumber, IssuedForm, ResultDocument, State

MOST = 20
_REFUSING = {State.REFUSED: FormNumber.REFUSAL, State.STOPPED: FormNumber.STOP}


def proposed(document: IncomingDocument, desk: Desk) -> str:
    """What the ended dossiers of a document say to it, a paragraph each; empty while there is none."""
    seen = dossiers_for(Viewer(desk=desk)).filter(opened_from__document=document)
    found = seen.filter(state__in=[State.DECIDED, State.RETURNED, *_REFUSING]).order_by("opened_from__opened_at", "id")
    texts = [text for dossier in found[:MOST] if (text := _ending(dossier))]
    if not texts:
        return ""
    day = f" ngày {local_date(document.document_date)}" if document.document_date else ""
    return "\n".join([f"Trả lời văn bản số {document.notation or '…'}{day} của {document.sender}:", *texts])


def _ending(dossier: Dossier) -> str:
    if form := _REFUSING.get(State(dossier.state)):
        issued = IssuedForm.objects.filter(dossier=dossier, form=form).order_by("-issued_at").first()
        what = "Không tiếp nhận hồ sơ" if form == FormNumber.REFUSAL else "Dừng giải quyết hồ sơ"
        return f"{what} {dossier.number}. Lý do: {issued.data.get('reason', '') if issued else '…'}"
    sealed = ResultDocument.objects.filter(dossier=dossier, state=ResultDocument.State.SEALED).order_by("sealed_at")
    results = [f"{each.name} số {each.number} ngày {local_date(each.sealed_at)}" for each in sealed]
    return f"Hồ sơ {dossier.number} đã giải quyết xong. Kết quả: {'; '.join(results)}." if results else ""
