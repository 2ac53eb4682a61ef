"""The acts that officers have on a dossier."""

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from motcua.kernel.errors import Refused
from motcua.kernel.time.rules import Limit, Unit
from motcua.people.officers.queries import local_day, officers_in, officers_with_role
from motcua.services.dossiers import actions, queries
from motcua.services.dossiers.actions import NewPaper
from motcua.services.dossiers.awaiting import awaited_messages
from motcua.services.dossiers.pages.desk.asking import INTERNAL_REASON, ITEMS, REASON, Act, Ask, Choices, Doing
from motcua.services.dossiers.pages.desk.fees import FEES
from motcua.services.dossiers.pages.desk.handing_over import RETURN
from motcua.services.dossiers.pages.desk.papers import PAPERS
from motcua.services.dossiers.pages.desk.proposals import PROPOSALS
from motcua.services.dossiers.pages.desk.steps import earlier_steps, stopped_by_return_rows

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
    actions.claim(
        doing.dossier.pk,
        item=step.pk,
        by=doing.by(step.role),
        acts_for=doing.accessed.desk.acts_for,
        seen_version=doing.seen_version,
    )


def _release(doing: Doing) -> None:
    step = doing.accessed.my_step(doing.subject)
    actions.release(doing.dossier.pk, item=step.pk, by=doing.by(step.role), seen_version=doing.seen_version)


def _send_back(doing: Doing) -> bool:
    step = doing.accessed.my_step(doing.subject)
    return actions.send_back(
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


def _take_back(doing: Doing) -> bool:
    return actions.take_back(
        doing.dossier.pk,
        item=doing.required_subject,
        reason=doing.text("reason"),
        by=doing.by(),
        seen_version=doing.seen_version,
    )


def _deliver(doing: Doing) -> bool:
    if not doing.text("message"):
        raise Refused(_("Say what has come."), field="message", code="required")
    return actions.deliver_message(
        doing.dossier.pk, message=doing.text("message"), by=doing.by("head"), seen_version=doing.seen_version
    )


def _awaited(doing: Doing) -> Choices:
    return list(awaited_messages(doing.dossier).items())


def _reassign(doing: Doing) -> None:
    step = doing.accessed.step_in_my_office(doing.required_subject)
    chosen = doing.text("to")
    if not chosen or chosen not in dict(_colleagues(doing)):
        raise Refused(_("Choose an officer."), field="to", code="required")
    actions.reassign(
        doing.dossier.pk,
        item=step.pk,
        to=UUID(chosen),
        by=doing.by("head"),
        reason=doing.text("reason"),
        seen_version=doing.seen_version,
    )


def _colleagues(doing: Doing) -> Choices:
    """Who may do the step: the officers with its role in its office."""
    step = doing.accessed.step_in_my_office(doing.required_subject)
    assert step.office_id is not None
    day = local_day(timezone.now())
    held = officers_with_role(step.office_id, step.role, day) if step.role else officers_in(step.office_id, day)
    found = {
        str(each.officer_id): f"{each.officer.account.display_name} – {each.title}" for each in held[:MOST_OFFICERS]
    }
    return [("", _("Choose")), *found.items()]


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
    "deliver_message": Act(
        "deliver_message", gettext_lazy("Tell the process of what it waits for"), gettext_lazy("It has come"),
        gettext_lazy("The process goes on."), _deliver,
        (Ask("message", gettext_lazy("What has come"), "radios", choices=_awaited),),
        text=gettext_lazy("For what another agency or system has answered and could not tell the program itself."),
        final=True,
    ),
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
    **FEES,
    **PAPERS,
}  # fmt: skip
