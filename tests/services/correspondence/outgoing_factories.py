"""Documents on their way out of an agency."""

from collections.abc import Callable
from functools import cache
from typing import Any
from uuid import UUID

from motcua.engines.registers.models import Counter
from motcua.engines.rendering.templates import Template
from motcua.engines.rendering.typesetting import render
from motcua.kernel.blobs.actions import store_bytes
from motcua.services.correspondence.actions import outgoing as actions
from motcua.services.correspondence.actions.outgoing import Draft, Facts
from motcua.services.correspondence.actions.outgoing.drafting import TEMPLATES
from motcua.services.correspondence.models import OutgoingDocument, OutgoingSigning, Recipient, ReservedNumber
from tests.replay import again
from tests.services.correspondence.factories import NOW, Agency

Act = OutgoingSigning.Act


def kept(agency: Agency, state: str, make: Callable[..., OutgoingDocument], **said: Any) -> OutgoingDocument:
    """A document in this state; the first of a test, where it stands by itself, is the same one in all tests of a
    process (``tests/replay.py``)."""
    if any(not isinstance(each, bool | int | str) for each in said.values()):
        return make(agency, **said)
    key = (state, agency.office.pk, *sorted(said.items()))
    unless = [Counter, OutgoingDocument, ReservedNumber]
    return again(key, lambda: make(agency, **said), unless=unless, upon=[agency.office])


def facts(agency: Agency, **changed: Any) -> Facts:
    """What a letter says about itself."""
    given: dict[str, Any] = {
        "type": "cong_van",
        "mark": "UBND-PK",
        "subject": "Trả lời về đèn đường",
        "signer": agency.leader.pk,
    }
    return Facts(**(given | changed))


@cache
def annex_pdf() -> bytes:
    """A PDF of one page."""
    data = {"superior": None, "agency": "A", "place": "B", "title": "PHỤ LỤC", "period": "", "columns": [], "rows": []}
    return render(Template(TEMPLATES, "book.typ"), data | {"columns": [{"label": "x", "width": "1fr"}]}, dated=NOW)


def drafted(
    agency: Agency,
    *,
    to: Agency | None = None,
    annex: bool = False,
    answers: UUID | None = None,
    related: tuple[str, UUID] | None = None,
    **changed: Any,
) -> OutgoingDocument:
    """A draft with a recipient, or those of the document that it changes."""
    by, draft = agency.actor(agency.first), Draft(text="Đèn đường sẽ được sửa trong tuần này.")
    document = actions.start(
        facts(agency, **changed), draft, office=agency.office.pk, unit=agency.unit.pk, by=by,
        answers=answers, related=related,
    )  # fmt: skip
    if to is not None:
        actions.add_recipient(document.pk, way="inside", office=to.office.pk, by=by)
    elif related is None:
        actions.add_recipient(document.pk, way="post", name="Sở Xây dựng", by=by)
    if annex:
        file = store_bytes(annex_pdf(), name="phu-luc.pdf", media_type="application/pdf", by=None)
        actions.add_annex(document.pk, file=file.pk, by=by)
    return document


def handed_in(agency: Agency, **said: Any) -> OutgoingDocument:
    """With the clerk, to be checked."""
    return kept(agency, "handed in", _handed_in, **said)


def _handed_in(agency: Agency, **said: Any) -> OutgoingDocument:
    document = drafted(agency, **said)
    actions.submit(document.pk, by=agency.actor(agency.first))
    document.refresh_from_db()
    return document


def signed(agency: Agency, **said: Any) -> OutgoingDocument:
    """Signed by the leader."""
    return kept(agency, "signed", _signed, **said)


def _signed(agency: Agency, **said: Any) -> OutgoingDocument:
    document = handed_in(agency, **said)
    actions.pass_review(document.pk, by=agency.actor(agency.clerk))
    actions.sign(document.pk, act=Act.SIGN, by=agency.actor(agency.leader))
    document.refresh_from_db()
    return document


def sealed(agency: Agency, **said: Any) -> OutgoingDocument:
    """Numbered and sealed; ``reserved`` is the key of the number that it takes."""
    return kept(agency, "sealed", _sealed, **said)


def _sealed(agency: Agency, *, reserved: UUID | None = None, **said: Any) -> OutgoingDocument:
    document = signed(agency, **said)
    actions.sign(document.pk, act=Act.SEAL, by=agency.actor(agency.clerk), reserved=reserved)
    document.refresh_from_db()
    return document


def issued(agency: Agency, **said: Any) -> OutgoingDocument:
    """Issued."""
    return kept(agency, "issued", _issued, **said)


def _issued(agency: Agency, **said: Any) -> OutgoingDocument:
    document = sealed(agency, **said)
    actions.issue(document.pk, by=agency.actor(agency.clerk))
    document.refresh_from_db()
    return document


def issued_to_axis(agency: Agency, code: str, **kwargs: Any) -> OutgoingDocument:
    """Issued to an agency that is reached by the exchange, known by its code alone."""
    document = drafted(agency, **kwargs)
    Recipient.objects.filter(document=document).delete()
    by, clerk = agency.actor(agency.first), agency.actor(agency.clerk)
    actions.add_recipient(document.pk, way="axis", address=code, by=by)
    actions.submit(document.pk, by=by)
    actions.pass_review(document.pk, by=clerk)
    actions.sign(document.pk, act=Act.SIGN, by=agency.actor(agency.leader))
    actions.sign(document.pk, act=Act.SEAL, by=clerk)
    actions.issue(document.pk, by=clerk)
    document.refresh_from_db()
    return document
