"""The acts that officers have on a dossier."""

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text import dong
from motcua.kernel.time.rules import Limit, Unit
from motcua.people.officers.queries import local_day, officers_in, officers_with_role
from motcua.services.dossiers import actions, queries
from motcua.services.dossiers.actions import NewPaper
from motcua.services.dossiers.models import FeeLine
from motcua.services.dossiers.pages.desk.asking import INTERNAL_REASON, ITEMS, REASON, Act, Ask, Choices, Doing
from motcua.services.dossiers.pages.desk.handing_over import RETURN
from motcua.services.dossiers.pages.desk.papers import PAPERS, papers_and_fees, subject_of
from motcua.services.dossiers.pages.desk.proposals import PROPOSALS
from motcua.services.dossiers.pages.desk.steps import earlier_steps, stopped_by_return_rows
from motcua.services.payments.rules import refunds

MOST_OFFICERS = 500


def _accept(doing: Doing) -> None:
    actions.accept(doing.dossier.pk, by=doing.by("reception"), seen_version=doing.seen_version)


def _refuse(doing: Doing) -> None:
    actions.refuse(
        doing.dossier.pk, reason=doing.text("reason"), by=doing.by("reception"), seen_version=doing.seen_version
    )


def _withdraw(doing: Doing) -> None:
    actions.withdraw(
        doing.dossier.pk, reason=doing.text("reason"), by=doing.by("reception"), seen_version=doing.seen_version
    )


def _stop(doing: Doing) -> None:
    actions.stop(
        doing.dossier.pk, reason=doing.text("reason"), by=doing.by("reception"), seen_version=doing.seen_version
    )


def _ends_with(doing: Doing) -> list[dict[str, Any]]:
    """The interlinked dossiers that are stopped with it; a decided one stays."""
    return [
        {
            "label": _("Interlinked dossier that is stopped too"),
            "value": f"{child.number} – {child.procedure}, {child.office}",
        }
        for child in queries.ends_with(doing.dossier.pk)
    ]


def _request_supplement(doing: Doing) -> None:
    actions.request_supplement(
        doing.dossier.pk,
        items=doing.text("items").splitlines(),
        reason=doing.text("reason"),
        by=doing.by("reception", "specialist"),
        seen_version=doing.seen_version,
    )


def _answer_supplement(doing: Doing) -> None:
    papers = [NewPaper(name=name, file=file, digitised=True) for file, name in doing.files("files")]
    actions.answer_supplement(
        doing.dossier.pk,
        answer=doing.text("answer"),
        papers=papers,
        by=doing.by("reception"),
        seen_version=doing.seen_version,
    )


def _extend(doing: Doing) -> None:
    try:
        value = Decimal(doing.text("value").replace(",", "."))
    except InvalidOperation as error:
        raise Refused(_("Write a number."), field="value", code="not_a_number") from error
    if not value.is_finite() or not 0 < value <= 1000 or value * 2 % 1:  # limits are whole or half
        raise Refused(_("Write a number."), field="value", code="not_a_number")
    unit = doing.text("unit")
    if unit not in list(Unit):
        raise Refused(_("Choose a unit."), field="unit", code="required")
    actions.extend(
        doing.dossier.pk,
        limit=Limit(value, Unit(unit)),
        reason=doing.text("reason"),
        by=doing.by("leader", "head"),
        seen_version=doing.seen_version,
    )


def _units(doing: Doing) -> Choices:
    return [
        (Unit.WORKING_DAYS, _("working days")),
        (Unit.HOURS, _("working hours")),
        (Unit.DAYS, _("days")),
        (Unit.MONTHS, _("months")),
    ]


def _claim(doing: Doing) -> None:
    step = doing.accessed.my_step(doing.subject)
    acts_for = doing.accessed.desk.acts_for
    actions.claim(doing.dossier.pk, item=step.pk, by=doing.by(step.role), acts_for=acts_for)


def _release(doing: Doing) -> None:
    step = doing.accessed.my_step(doing.subject)
    actions.release(doing.dossier.pk, item=step.pk, by=doing.by(step.role))


def _send_back(doing: Doing) -> None:
    step = doing.accessed.my_step(doing.subject)
    actions.send_back(
        doing.dossier.pk,
        item=step.pk,
        to_node=doing.text("to_node"),
        reason=doing.text("reason"),
        by=doing.by(step.role),
        seen_version=doing.seen_version,
    )


def _targets(doing: Doing) -> Choices:
    step = doing.accessed.my_step(doing.subject)
    return [(node.id, node.name or node.id) for node in earlier_steps(doing.dossier, step)]


def _take_back(doing: Doing) -> None:
    if doing.subject is None:
        raise NotFound(_("There is no such step."))
    actions.take_back(doing.dossier.pk, item=doing.subject, reason=doing.text("reason"), by=doing.by())


def _reassign(doing: Doing) -> None:
    step = doing.accessed.step_in_my_office(subject_of(doing))
    chosen = doing.text("to")
    if not chosen or chosen not in dict(_colleagues(doing)):
        raise Refused(_("Choose an officer."), field="to", code="required")
    actions.reassign(doing.dossier.pk, item=step.pk, to=UUID(chosen), by=doing.by("head"), reason=doing.text("reason"))


def _colleagues(doing: Doing) -> Choices:
    """Who may do the step: the officers with its role in its office."""
    step = doing.accessed.step_in_my_office(subject_of(doing))
    assert step.office_id is not None
    day = local_day(timezone.now())
    held = officers_with_role(step.office_id, step.role, day) if step.role else officers_in(step.office_id, day)
    found = {
        str(each.officer_id): f"{each.officer.account.display_name} – {each.title}" for each in held[:MOST_OFFICERS]
    }
    return [("", _("Choose")), *found.items()]


def _collect(doing: Doing) -> str:
    by = doing.by("reception", "cashier")
    method, slip = doing.text("method"), doing.text("slip")
    actions.collect_fee(doing.dossier.pk, line=subject_of(doing), method=method, slip=slip, by=by)
    return papers_and_fees(doing)


def _waive(doing: Doing) -> str:
    actions.waive_fee(doing.dossier.pk, line=subject_of(doing), reason=doing.text("reason"), by=doing.by("reception"))
    return papers_and_fees(doing)


def _count(doing: Doing) -> str:
    quantity, by = doing.whole("quantity"), doing.by("reception", "cashier")
    actions.count_fee(doing.dossier.pk, line=subject_of(doing), quantity=quantity, by=by)
    return papers_and_fees(doing)


def _refund(doing: Doing) -> str:
    amount, reason = doing.whole("amount"), doing.text("reason")
    actions.refund_fee(
        doing.dossier.pk,
        line=subject_of(doing),
        amount=amount,
        method=doing.text("method"),
        reason=reason,
        by=doing.by("head"),
        seen_version=doing.seen_version,
    )
    return papers_and_fees(doing)


def _ways_back(doing: Doing) -> Choices:
    """As it was paid, or by transfer."""
    return [(way, str(FeeLine.Method(way).label)) for way in refunds.ways(_fee_of(doing).method)]


def _to_collect(doing: Doing) -> list[dict[str, Any]]:
    fee = _fee_of(doing)
    return [{"label": _("Fee"), "value": fee.full_name}, {"label": _("Amount"), "value": dong(fee.amount)}]


def _paid(doing: Doing) -> list[dict[str, Any]]:
    fee = _fee_of(doing)
    return [{"label": _("Fee"), "value": fee.full_name}, {"label": _("Collected"), "value": dong(fee.kept)}]


def _fee_of(doing: Doing) -> FeeLine:
    fee = FeeLine.objects.filter(dossier=doing.dossier, pk=subject_of(doing)).first()
    if fee is None:
        raise NotFound(_("There is no such fee."))
    return fee


ACTS: dict[str, Act] = {
    "accept": Act(
        "accept", gettext_lazy("Accept the dossier"), pgettext_lazy("dossier", "Accept"),
        gettext_lazy("The dossier has been accepted; the receipt is being made."), _accept,
        text=gettext_lazy("The dossier gets its code and its appointment, and the clock starts."), final=True,
    ),
    "refuse": Act(
        "refuse", gettext_lazy("Do not accept the dossier"), gettext_lazy("Do not accept"),
        gettext_lazy("The dossier was not accepted; the notice is being made."), _refuse, (REASON,),
        text=gettext_lazy("The applicant gets form 03 with your reason. The dossier is closed."), final=True,
    ),
    "request_supplement": Act(
        "request_supplement", gettext_lazy("Ask for a supplement"), gettext_lazy("Ask for a supplement"),
        gettext_lazy("The supplement has been requested; the clock stands still."), _request_supplement,
        (
            ITEMS,
            REASON,
        ),
        text=gettext_lazy("Say everything at once: the applicant gets form 02."),
    ),
    **PROPOSALS,
    "answer_supplement": Act(
        "answer_supplement", gettext_lazy("Take in the supplement"), gettext_lazy("Take in"),
        gettext_lazy("The supplement has been taken in; the clock runs again."), _answer_supplement,
        (
            Ask("answer", gettext_lazy("What was brought or said"), "textarea"),
            Ask("files", gettext_lazy("Scanned papers"), "files"),
        ),
    ),
    "extend": Act(
        "extend", gettext_lazy("Apologise and set a new appointment"), gettext_lazy("Set the new appointment"),
        gettext_lazy("The appointment has been moved; the apology is being made."), _extend,
        (
            Ask("value", gettext_lazy("By how much"), "number"),
            Ask("unit", gettext_lazy("Unit"), "select", choices=_units),
            REASON,
        ),
        text=gettext_lazy("The applicant gets form 04 with an apology. This can be done once."), final=True,
    ),
    "withdraw": Act(
        "withdraw", gettext_lazy("The applicant withdraws the dossier"), gettext_lazy("Withdraw"),
        gettext_lazy("The dossier has been withdrawn."), _withdraw, (REASON,), shown=_ends_with, final=True,
    ),
    "stop": Act(
        "stop", gettext_lazy("Stop processing on the applicant's request"), gettext_lazy("Stop processing"),
        gettext_lazy("Processing has been stopped; the notice is being made."), _stop, (REASON,), shown=_ends_with,
        text=gettext_lazy("The applicant gets form 05. The dossier is closed."), final=True,
    ),
    "return": RETURN,
    "claim": Act(
        "claim", gettext_lazy("Take on the step"), gettext_lazy("Take on"),
        gettext_lazy("You have taken on the step."), _claim, listed=False,
    ),
    "release": Act(
        "complete", gettext_lazy("Put the step back for colleagues"), gettext_lazy("Put back"),
        gettext_lazy("The step has been put back."), _release, listed=False,
    ),
    "send_back": Act(
        "send_back", gettext_lazy("Send back to an earlier step"), gettext_lazy("Send back"),
        gettext_lazy("The dossier has been sent back."), _send_back,
        (Ask("to_node", gettext_lazy("Back to"), "radios", choices=_targets), INTERNAL_REASON),
        shown=stopped_by_return_rows, listed=False,
    ),
    "take_back": Act(
        "take_back", gettext_lazy("Take back a mistaken transfer"), gettext_lazy("Take back"),
        gettext_lazy("The transfer has been taken back."), _take_back, (INTERNAL_REASON,), listed=False,
    ),
    "reassign": Act(
        "reassign", gettext_lazy("Give the step to another officer"), gettext_lazy("Reassign"),
        gettext_lazy("The step has been given to another officer."), _reassign,
        (Ask("to", gettext_lazy("Officer"), "select", choices=_colleagues), INTERNAL_REASON), listed=False,
    ),
    "collect_fee": Act(
        "collect_fee", gettext_lazy("Collect a fee"), gettext_lazy("Collected"),
        gettext_lazy("The fee has been collected."), _collect,
        (Ask("method", gettext_lazy("How it was paid"), "radios",
             choices=lambda doing: FeeLine.counter_methods(), first=lambda doing: "cash"),
         Ask("slip", gettext_lazy("Approval number"), "text",
             hint=gettext_lazy("Of a payment by card, from the terminal's slip"))), listed=False,
        shown=_to_collect,
    ),
    "waive_fee": Act(
        "waive_fee", gettext_lazy("Waive a fee"), gettext_lazy("Waive"), gettext_lazy("The fee has been waived."),
        _waive, (INTERNAL_REASON,), listed=False,
    ),
    "refund_fee": Act(
        "refund_fee", gettext_lazy("Refund a fee"), gettext_lazy("Refund"),
        gettext_lazy("The fee has been refunded."), _refund,
        (Ask("amount", gettext_lazy("How much is given back (đ)"), "money",
             hint=gettext_lazy("All of it, or a part: what is left stays collected."),
             first=lambda doing: str(_fee_of(doing).kept)),
         Ask("method", gettext_lazy("How it is given back"), "radios", choices=_ways_back,
             first=lambda doing: _fee_of(doing).method), INTERNAL_REASON), listed=False, final=True,
        shown=_paid,
    ),
    "count_fee": Act(
        "collect_fee", gettext_lazy("Set the number of a fee"), gettext_lazy("Set the number"),
        gettext_lazy("The number has been set."), _count,
        (Ask("quantity", gettext_lazy("How many"), "number", hint=gettext_lazy("The price of each stays the same."),
             first=lambda doing: str(_fee_of(doing).quantity)),), listed=False,
        shown=lambda doing: [{"label": _("Fee"), "value": _fee_of(doing).full_name}],
    ),
    **PAPERS,
}  # fmt: skip
