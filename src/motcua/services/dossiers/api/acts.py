"""The acts of the interface: action → who may (ability), what is sent (schema), what is done (a thin call)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcua.engines.process.returns import previous_steps
from motcua.engines.signing.models import DocumentLevel, HolderKind, SigningCertificate
from motcua.engines.signing.providers.registry import registry
from motcua.engines.signing.queries import usable_certificates
from motcua.kernel.errors import NotAllowed, Refused
from motcua.kernel.time.rules import Limit, Unit
from motcua.people.officers.queries import local_day, officers_in
from motcua.services.dossiers import actions
from motcua.services.dossiers.actions import NewPaper, Progress
from motcua.services.dossiers.actors import signer
from motcua.services.dossiers.api import inputs as given_as
from motcua.services.dossiers.api.doing import Act, Doing
from motcua.services.dossiers.api.filing import new_papers, office_named
from motcua.services.dossiers.api.proposals import PROPOSALS
from motcua.services.dossiers.api.viewers import SIGN, require_own_files
from motcua.services.dossiers.awaiting import awaited_messages
from motcua.services.dossiers.models import FeeLine, Paper, ResultDocument, WorkItem
from motcua.services.dossiers.routing import selectors_of

RECEPTION, CASHIER = "reception", "cashier"


# -- at the counter ---------------------------------------------------------------------------------------------------


def _accept(doing: Doing, given: given_as.Nothing) -> None:
    actions.accept(doing.key, by=doing.by(RECEPTION), seen_version=given.version)


def _refuse(doing: Doing, given: given_as.ReasonInput) -> None:
    actions.refuse(doing.key, reason=given.reason, by=doing.by(RECEPTION), seen_version=given.version)


def _withdraw(doing: Doing, given: given_as.ReasonInput) -> None:
    actions.withdraw(doing.key, reason=given.reason, by=doing.by(RECEPTION), seen_version=given.version)


def _stop(doing: Doing, given: given_as.ReasonInput) -> None:
    actions.stop(doing.key, reason=given.reason, by=doing.by(RECEPTION), seen_version=given.version)


def _request_supplement(doing: Doing, given: given_as.SupplementInput) -> None:
    actions.request_supplement(
        doing.key,
        items=given.items,
        reason=given.reason,
        by=doing.by(RECEPTION, "specialist"),
        seen_version=given.version,
    )


def _answer_supplement(doing: Doing, given: given_as.AnswerInput) -> None:
    actions.answer_supplement(
        doing.key,
        answer=given.answer,
        papers=_papers_of(doing, given.papers),
        by=doing.by(RECEPTION),
        seen_version=given.version,
    )


def _extend(doing: Doing, given: given_as.ExtensionInput) -> None:
    actions.extend(
        doing.key,
        limit=Limit(given.value, Unit(given.unit)),
        reason=given.reason,
        by=doing.by("leader", "head"),
        seen_version=given.version,
    )


def _return(doing: Doing, given: given_as.ReturnInput) -> None:
    require_own_files(doing.asks, {"slip": given.slip} if given.slip else {})
    actions.return_result(
        doing.key,
        method=given.method,
        to_name=given.to_name,
        proof=given.proof,
        number=given.number,
        slip=given.slip,
        by=doing.by("return", RECEPTION),
        seen_version=given.version,
    )


# -- steps ------------------------------------------------------------------------------------------------------------


def _claim(doing: Doing, given: given_as.StepInput) -> None:
    step = doing.one_of(doing.claimable(), given.step)
    by, acts_for = doing.by(step.role, step=step), doing.accessed.desk.acts_for
    actions.claim(doing.key, item=step.pk, by=by, acts_for=acts_for, seen_version=given.version)


def _release(doing: Doing, given: given_as.StepInput) -> None:
    step = doing.one_of(doing.held(), given.step)
    actions.release(doing.key, item=step.pk, by=doing.by(step.role, step=step), seen_version=given.version)


def _complete(doing: Doing, given: given_as.CompletionInput) -> bool:
    step = doing.one_of(doing.completable(), given.step)
    node = doing.node(step)
    facts = doing.answers(step, given.data) if not node.result else _written(doing, node.result)
    return actions.complete(
        doing.key,
        item=step.pk,
        outcome=given.outcome,
        facts=facts,
        note=given.note,
        by=doing.by(step.role, step=step),
        seen_version=given.version,
    )


def _written(doing: Doing, template: str) -> dict[str, Any]:
    """What was written for the result that the step prepared: conditions may ask for it."""
    result = ResultDocument.objects.filter(dossier=doing.key, template=template).first()
    return dict(result.data) if result else {}


def _ends(doing: Doing, step: WorkItem | None) -> dict[str, list[str]]:
    return {"outcome": doing.outcomes(step)} if step and doing.outcomes(step) else {}


def _send_back(doing: Doing, given: given_as.SendBackInput) -> bool:
    step = doing.one_of(doing.mine(), given.step)
    return actions.send_back(
        doing.key,
        item=step.pk,
        to_node=given.to_node,
        reason=given.reason,
        by=doing.by(step.role, step=step),
        seen_version=given.version,
    )


def _earlier(doing: Doing, step: WorkItem | None) -> dict[str, list[str]]:
    assert step is not None
    done = set(WorkItem.objects.filter(dossier=doing.key, state="done").values_list("node", flat=True))
    return {"to_node": [node.id for node in previous_steps(doing.package.graph, step.node) if node.id in done]}


def _take_back(doing: Doing, given: given_as.StepReasonInput) -> bool:
    step = doing.one_of(doing.sent(), given.step)
    return actions.take_back(doing.key, item=step.pk, reason=given.reason, by=doing.by(), seen_version=given.version)


def _reassign(doing: Doing, given: given_as.ReassignmentInput) -> None:
    step = doing.one_of(doing.headed(), given.step)
    assert step.office_id is not None
    held = officers_in(step.office_id, local_day(timezone.now())).filter(officer__account__username=given.to)
    fitting = held.filter(roles__contains=[step.role]) if step.role else held
    chosen = fitting.first()
    if chosen is None:
        raise Refused(_("This officer cannot be given the step."), field="to", code="officer")
    actions.reassign(
        doing.key,
        item=step.pk,
        to=chosen.officer_id,
        by=doing.by("head", step=step),
        reason=given.reason,
        seen_version=given.version,
    )


# -- results ----------------------------------------------------------------------------------------------------------


def _prepare(doing: Doing, given: given_as.ResultInput) -> None:
    step = doing.one_of(doing.preparing(), given.step)
    actions.prepare_result(
        doing.key,
        item=step.pk,
        template=doing.node(step).result,
        data=doing.answers(step, given.data),
        by=doing.by("specialist", step=step),
    )


def _initial(doing: Doing, given: given_as.StepInput) -> bool:
    step = doing.one_of(doing.initialling(), given.step)
    by = signer(doing.accessed.desk, office=step.office_id, role=step.role)
    signing = actions.initial_result(
        doing.key,
        item=step.pk,
        certificate=_certificate(HolderKind.OFFICER, by.account, DocumentLevel.INITIALS),
        by=by,
        seen_version=given.version,
    )
    return signing.progress[step.pk] != Progress.STUCK


def _keep_draft(doing: Doing, given: given_as.DraftInput) -> None:
    require_own_files(doing.asks, {"file": given.file})
    step = doing.one_of(doing.drafting(), given.step)
    by = doing.by("specialist", step=step)
    actions.keep_working_paper(doing.key, item=step.pk, file=given.file, by=by, seen_version=given.version)


def _sign(doing: Doing, given: given_as.SignatureInput) -> bool:
    step = doing.one_of(doing.signing(), given.step)
    by = signer(doing.accessed.desk, office=step.office_id, role=step.role)
    signing = actions.sign_result(
        doing.key,
        item=step.pk,
        certificate=_certificate(HolderKind.OFFICER, by.account, DocumentLevel.DECISION),
        note=given.note,
        by=by,
        seen_version=given.version,
    )
    return signing.progress[step.pk] != Progress.STUCK


def _seal(doing: Doing, given: given_as.StepInput) -> bool:
    step = doing.one_of(doing.sealing(), given.step)
    signing = actions.seal_result(
        doing.key,
        item=step.pk,
        certificate=_certificate(HolderKind.OFFICE, doing.dossier.resolving_office_id, DocumentLevel.SEAL),
        by=signer(doing.accessed.desk, office=step.office_id, role=step.role),
        seen_version=given.version,
    )
    return signing.progress[step.pk] != Progress.STUCK


def _certificate(kind: HolderKind, holder: UUID | None, level: DocumentLevel) -> SigningCertificate:
    """What is signed with over a program: a key that asks its holder, for a program proves nobody's presence."""
    found = usable_certificates(kind, holder, level=level, at=timezone.now()) if holder else []
    asking = [each for each in found if not registry[each.provider].proof_first]
    if not asking:
        raise NotAllowed(_("You have no certificate that a program may ask for a signature."), code="no_certificate")
    return asking[0]


# -- fees and papers --------------------------------------------------------------------------------------------------


def _collect(doing: Doing, given: given_as.CollectionInput) -> None:
    by = doing.by(RECEPTION, CASHIER)
    actions.collect_fee(
        doing.key, line=given.fee, method=given.method, slip=given.slip, by=by, seen_version=given.version
    )


def _waive(doing: Doing, given: given_as.FeeReasonInput) -> None:
    by = doing.by(RECEPTION)
    actions.waive_fee(doing.key, line=given.fee, reason=given.reason, by=by, seen_version=given.version)


def _refund(doing: Doing, given: given_as.RefundInput) -> None:
    actions.refund_fee(
        doing.key,
        line=given.fee,
        amount=given.amount,
        method=given.method,
        reason=given.reason,
        by=doing.by("head"),
        seen_version=given.version,
    )


def _count(doing: Doing, given: given_as.CountInput) -> None:
    by = doing.by(RECEPTION, CASHIER)
    actions.count_fee(doing.key, line=given.fee, quantity=given.quantity, by=by, seen_version=given.version)


def _counted(doing: Doing, step: WorkItem | None) -> dict[str, list[str]]:
    lines = FeeLine.objects.filter(dossier=doing.key, state=FeeLine.State.DUE).exclude(unit="")
    return {"fee": [str(line.pk) for line in lines]}


def _fees(state: str) -> Callable[[Doing, WorkItem | None], dict[str, list[str]]]:
    def choices(doing: Doing, step: WorkItem | None) -> dict[str, list[str]]:
        lines = FeeLine.objects.filter(dossier=doing.key, state=state)
        return {"fee": [str(line.pk) for line in lines]}

    return choices


def _papers_of(doing: Doing, given: list[given_as.PaperInput]) -> list[NewPaper]:
    at_desk = not doing.accessed.is_applicant
    return new_papers(doing.asks, doing.package, doing.dossier.case_id, given, at_desk=at_desk)


def _add_paper(doing: Doing, given: given_as.PaperInput) -> None:
    (paper,) = _papers_of(doing, [given])
    actions.add_paper(doing.key, paper=paper, by=doing.by(RECEPTION))


def _digitise(doing: Doing, given: given_as.ScanInput) -> None:
    require_own_files(doing.asks, {"file": given.file})
    by = doing.by(RECEPTION)
    actions.digitise(doing.key, paper=given.paper, file=given.file, by=by, seen_version=given.version)


def _no_scan(doing: Doing, given: given_as.NoScanInput) -> None:
    by = doing.by(RECEPTION)
    actions.record_no_scan(doing.key, paper=given.paper, reason=given.reason, by=by, seen_version=given.version)


def _state_validity(doing: Doing, given: given_as.PaperValidityInput) -> None:
    by = doing.by(RECEPTION)
    actions.state_validity(doing.key, paper=given.paper, valid_to=given.valid_to, by=by, seen_version=given.version)


def _remove_paper(doing: Doing, given: given_as.PaperReasonInput) -> None:
    by = doing.by(RECEPTION)
    actions.remove_paper(doing.key, paper=given.paper, reason=given.reason, by=by, seen_version=given.version)


def _papers(doing: Doing, step: WorkItem | None) -> dict[str, list[str]]:
    papers = Paper.objects.filter(dossier=doing.key, removed_at=None)
    return {"paper": [str(paper.pk) for paper in papers]}


def _reroute(doing: Doing, given: given_as.RerouteInput) -> None:
    if given.selector not in doing.dossier.offices and given.selector not in _selectors(doing):
        raise Refused(_("The process does not ask for this office."), field="selector", code="selector")
    office = office_named(given.office)
    actions.reroute(doing.key, selector=given.selector, office=office.pk, by=doing.by())


def _deliver(doing: Doing, given: given_as.MessageInput) -> bool:
    return actions.deliver_message(doing.key, message=given.message, by=doing.by("head"), seen_version=given.version)


def _awaited(doing: Doing, step: WorkItem | None) -> dict[str, list[str]]:
    return {"message": list(awaited_messages(doing.dossier))}


def _selectors(doing: Doing) -> set[str]:
    facts = {**doing.dossier.form_data, **doing.dossier.facts}
    return {doing.package.resolving, *selectors_of(doing.package.graph, facts)} - {""}


ACTS: dict[str, Act] = {
    "accept": Act(gettext_lazy("Accept the dossier"), "accept", given_as.Nothing, _accept),
    "refuse": Act(gettext_lazy("Do not accept the dossier"), "refuse", given_as.ReasonInput, _refuse),
    "request_supplement": Act(
        gettext_lazy("Ask for a supplement"), "request_supplement", given_as.SupplementInput, _request_supplement
    ),
    **PROPOSALS,
    "answer_supplement": Act(
        gettext_lazy("Take in the supplement"), "answer_supplement", given_as.AnswerInput, _answer_supplement
    ),
    "extend": Act(gettext_lazy("Apologise and set a new appointment"), "extend", given_as.ExtensionInput, _extend),
    "withdraw": Act(gettext_lazy("The applicant withdraws the dossier"), "withdraw", given_as.ReasonInput, _withdraw),
    "stop": Act(gettext_lazy("Stop processing on the applicant's request"), "stop", given_as.ReasonInput, _stop),
    "return": Act(gettext_lazy("Return the result"), "return", given_as.ReturnInput, _return),
    "claim": Act(gettext_lazy("Take on the step"), "claim", given_as.StepInput, _claim, Doing.claimable),
    "release": Act(
        gettext_lazy("Put the step back for colleagues"), "complete", given_as.StepInput, _release, Doing.held
    ),
    "complete": Act(
        gettext_lazy("Finish the step"),
        "complete",
        given_as.CompletionInput,
        _complete,
        Doing.completable,
        _ends,
        has_form=True,
    ),
    "send_back": Act(
        gettext_lazy("Send back to an earlier step"),
        "send_back",
        given_as.SendBackInput,
        _send_back,
        Doing.mine,
        _earlier,
    ),
    "take_back": Act(
        gettext_lazy("Take back a mistaken transfer"), "take_back", given_as.StepReasonInput, _take_back, Doing.sent
    ),
    "reassign": Act(
        gettext_lazy("Give the step to another officer"),
        "reassign",
        given_as.ReassignmentInput,
        _reassign,
        Doing.headed,
    ),
    "prepare_result": Act(
        gettext_lazy("Prepare the result"),
        "prepare_result",
        given_as.ResultInput,
        _prepare,
        Doing.preparing,
        has_form=True,
    ),
    "initial": Act(
        gettext_lazy("Initial the draft of the result"),
        "initial",
        given_as.StepInput,
        _initial,
        Doing.initialling,
        scope=SIGN,
    ),
    "keep_draft": Act(
        gettext_lazy("Keep an edited draft"), "prepare_result", given_as.DraftInput, _keep_draft, Doing.drafting
    ),
    "sign": Act(gettext_lazy("Sign the result"), "sign", given_as.SignatureInput, _sign, Doing.signing, scope=SIGN),
    "seal": Act(
        gettext_lazy("Number and seal the result"), "seal", given_as.StepInput, _seal, Doing.sealing, scope=SIGN
    ),
    "collect_fee": Act(
        gettext_lazy("Collect a fee"),
        "collect_fee",
        given_as.CollectionInput,
        _collect,
        choices=_fees(FeeLine.State.DUE),
    ),
    "waive_fee": Act(
        gettext_lazy("Waive a fee"), "waive_fee", given_as.FeeReasonInput, _waive, choices=_fees(FeeLine.State.DUE)
    ),
    "refund_fee": Act(
        gettext_lazy("Refund a fee"),
        "refund_fee",
        given_as.RefundInput,
        _refund,
        choices=_fees(FeeLine.State.COLLECTED),
    ),
    "count_fee": Act(
        gettext_lazy("Set the number of a fee"), "collect_fee", given_as.CountInput, _count, choices=_counted
    ),
    "add_paper": Act(gettext_lazy("Add a paper"), "add_paper", given_as.PaperInput, _add_paper),
    "digitise": Act(
        gettext_lazy("Add the scan of a paper"), "digitise", given_as.ScanInput, _digitise, choices=_papers
    ),
    "record_no_scan": Act(
        gettext_lazy("Record why a paper is not scanned"), "digitise", given_as.NoScanInput, _no_scan, choices=_papers
    ),
    "state_validity": Act(
        gettext_lazy("State how long a paper is valid"),
        "digitise",
        given_as.PaperValidityInput,
        _state_validity,
        choices=_papers,
    ),
    "remove_paper": Act(
        gettext_lazy("Take a paper out"), "add_paper", given_as.PaperReasonInput, _remove_paper, choices=_papers
    ),
    "deliver_message": Act(
        gettext_lazy("Tell the process of what it waits for"),
        "deliver_message",
        given_as.MessageInput,
        _deliver,
        choices=_awaited,
    ),
    "reroute": Act(gettext_lazy("Choose the competent office"), "reroute", given_as.RerouteInput, _reroute),
}
