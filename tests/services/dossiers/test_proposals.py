"""A further supplement: proposed to a leader, who approves it or not; only then the applicant is asked."""

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.engines.messaging.models import Notice
from motcua.kernel.errors import Conflict, NotAllowed
from motcua.people.accounts.models import Account
from motcua.people.accounts.sealing import identity_hash
from motcua.people.officers.models import DeclaredRelative, Substitution
from motcua.services.dossiers import actions, queries
from motcua.services.dossiers.access import Viewer, dossier_for
from motcua.services.dossiers.actions.succeeding import follow_officer
from motcua.services.dossiers.models import Dossier, SupplementProposal
from motcua.services.dossiers.notices import tell
from motcua.services.dossiers.timeline import timeline
from tests.factories import make_office, make_officer, sign_in
from tests.services.dossiers.factories import Town, accept, finish, make_town, open_step, submit
from tests.services.dossiers.processes import PLAIN, package
from tests.services.dossiers.refusals import refused

pytestmark = pytest.mark.django_db
ITEMS, GROUNDS = ["Bản vẽ hiện trạng"], "Quy hoạch đã thay đổi"


@pytest.fixture
def town() -> Town:
    return make_town(package(*PLAIN))


@pytest.fixture
def dossier(town: Town) -> Dossier:
    """Asked to be completed once, and completed."""
    found = accept(town, submit(town))
    actions.request_supplement(found.pk, items=["Bản vẽ"], reason="Thiếu", by=town.actor(town.specialist))
    actions.answer_supplement(found.pk, answer="Đây", by=town.citizen)
    found.refresh_from_db()
    return found


def propose(town: Town, dossier: Dossier, **given: Any) -> SupplementProposal:
    asked = {
        "items": ITEMS,
        "reason": "Bản vẽ không còn đúng",
        "grounds": GROUNDS,
        "approver": town.leader.pk,
        "by": town.actor(town.specialist),
    }
    return actions.propose_supplement(dossier.pk, **(asked | given))


def approve(town: Town, proposal: SupplementProposal) -> Any:
    return actions.approve_supplement(proposal.dossier_id, proposal=proposal.pk, by=town.actor(town.leader))


def abilities(account: Account, dossier: Dossier) -> set[str]:
    may = dossier_for(Viewer.of(account), dossier.number).abilities
    return {name for name, allowed in may.items() if allowed and ("supplement" in name or "proposal" in name)}


def told(dossier: Dossier) -> list[tuple[str, Account]]:
    from motcua.kernel.events.models import Event

    tell(list(Event.objects.filter(stream=dossier.stream).order_by("version")))
    return [
        (each.kind, each.recipient) for each in Notice.objects.filter(kind__startswith="supplement.").order_by("id")
    ]


def test_the_applicant_is_asked_once_the_leader_has_approved(town: Town, dossier: Dossier) -> None:
    refused(
        lambda: actions.request_supplement(dossier.pk, items=ITEMS, reason="Thiếu", by=town.actor(town.specialist)),
        "needs_approval",
        NotAllowed,
    )
    proposal = propose(town, dossier)
    dossier.refresh_from_db()
    assert (dossier.state, dossier.pauses.filter(ended_at=None).exists()) == ("in_process", False)
    assert timeline(dossier, for_officers=False)[-1].kind == "dossier.supplement_answered"
    assert GROUNDS in timeline(dossier, for_officers=True)[-1].detail

    supplement = approve(town, proposal)

    dossier.refresh_from_db()
    assert (dossier.state, dossier.supplements_asked) == ("waiting_supplement", 2)
    assert dossier.pauses.get(ended_at=None).kind == "supplement"
    assert (supplement.number, supplement.requested_by, supplement.approver, supplement.approval_reason) == (
        2,
        town.specialist,
        town.leader,
        GROUNDS,
    )
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by, proposal.supplement) == ("approved", town.leader, supplement)
    last = timeline(dossier, for_officers=False)[-1]
    assert (last.kind, GROUNDS in last.detail) == ("dossier.supplement_requested", False)
    form = dossier.issued_forms.filter(form="02").latest("issued_at")
    assert (form.data["items"], form.data["contact_name"]) == (ITEMS, town.specialist.display_name)
    refused(lambda: approve(town, proposal), "state", Conflict)


def test_what_is_not_approved_never_reaches_the_applicant(town: Town, dossier: Dossier) -> None:
    proposal, by = propose(town, dossier), town.actor(town.leader)
    given = {"proposal": proposal.pk, "by": by}
    refused(lambda: actions.refuse_supplement(dossier.pk, reason=" ", **given), "required")
    actions.refuse_supplement(dossier.pk, reason="Đã đủ căn cứ", **given)
    proposal.refresh_from_db()
    dossier.refresh_from_db()
    assert (proposal.state, proposal.refusal, dossier.state) == ("refused", "Đã đủ căn cứ", "in_process")
    assert timeline(dossier, for_officers=False)[-1].kind == "dossier.supplement_answered"
    refused(lambda: approve(town, proposal), "decided", Conflict)
    assert propose(town, dossier).pk != proposal.pk


def test_who_may_do_what(town: Town, dossier: Dossier) -> None:
    assert abilities(town.specialist, dossier) == {"propose_supplement"}
    proposal = propose(town, dossier)
    assert abilities(town.specialist, dossier) == {"withdraw_proposal"}
    assert abilities(town.leader, dossier) == {"approve_supplement"}
    assert abilities(town.head, dossier) == set()
    assert abilities(town.reception, dossier) == set()
    refused(lambda: propose(town, dossier), "proposed", Conflict)
    actions.withdraw_proposal(dossier.pk, proposal=proposal.pk, by=town.actor(town.specialist))
    assert abilities(town.leader, dossier) == set()
    assert abilities(town.specialist, dossier) == {"propose_supplement"}


def test_the_approver_is_a_leader_who_is_not_barred_and_not_who_asks(town: Town, dossier: Dossier) -> None:
    elsewhere = make_officer(roles=["leader"], office=make_office())
    both = make_officer(roles=["leader", "specialist"], office=town.office)
    related = make_officer(roles=["head"], office=town.office)
    number = identity_hash(town.applicant.identity_number or "")
    DeclaredRelative.objects.create(officer=related.officer, identity_hash=number, relation="Anh")
    for wrong in (town.specialist, elsewhere, related, town.applicant.account):
        refused(lambda: propose(town, dossier, approver=wrong.pk), "approver")  # noqa: B023
    refused(lambda: propose(town, dossier, approver=both.pk, by=town.actor(both)), "approver")
    refused(lambda: propose(town, dossier, grounds=" "), "required")
    assert propose(town, dossier, approver=both.pk).approver == both


def test_a_first_supplement_needs_no_approval(town: Town) -> None:
    fresh = accept(town, submit(town))
    refused(lambda: propose(town, fresh), "needs_no_approval", Conflict)
    assert abilities(town.specialist, fresh) == {"request_supplement"}


def test_a_stand_in_decides_but_never_their_own_request(town: Town, dossier: Dossier) -> None:
    colleague = make_officer(roles=["specialist"], office=town.office)
    today = timezone.localdate()
    for officer in (town.specialist, colleague):
        Substitution.objects.create(
            absent=town.leader.officer,
            substitute=officer.officer,
            valid_from=today,
            valid_to=today + timedelta(days=9),
        )
    propose(town, dossier)
    assert "approve_supplement" in abilities(colleague, dossier)
    assert "approve_supplement" not in abilities(town.specialist, dossier)
    assert queries.to_approve(Viewer.of(colleague)).exists()
    assert not queries.to_approve(Viewer.of(town.specialist)).exists()


def test_nobody_approves_what_they_asked_for_themselves(town: Town, dossier: Dossier) -> None:
    proposal = propose(town, dossier)
    proposal.approver = proposal.proposed_by
    with pytest.raises(IntegrityError):
        proposal.save()


def test_approver_and_proposer_are_told(town: Town, dossier: Dossier) -> None:
    proposal = propose(town, dossier)
    actions.refuse_supplement(dossier.pk, proposal=proposal.pk, reason="Đủ", by=town.actor(town.leader))
    approve(town, propose(town, dossier))
    assert told(dossier) == [
        ("supplement.to_approve", town.leader),
        ("supplement.not_approved", town.specialist),
        ("supplement.to_approve", town.leader),
        ("supplement.approved", town.specialist),
    ]


def test_what_waits_for_an_officer_who_leaves_goes_back(town: Town, dossier: Dossier) -> None:
    proposal = propose(town, dossier)
    follow_officer(town.leader.pk, to=town.head.pk)
    proposal.refresh_from_db()
    assert (proposal.state, bool(proposal.refusal)) == ("refused", True)


def test_the_dossier_moves_on_while_a_leader_thinks(town: Town, dossier: Dossier) -> None:
    proposal = propose(town, dossier)
    actions.stop(dossier.pk, reason="Theo đơn", by=town.actor(town.reception))
    assert not queries.to_approve(Viewer.of(town.leader)).exists()
    refused(lambda: approve(town, proposal), "state", Conflict)


# -- pages ------------------------------------------------------------------------------------------------------------


def desk(account: Account) -> Client:
    return sign_in(Client(), account)


def act(dossier: Dossier, name: str) -> str:
    return reverse("dossiers:desk-act", args=[dossier.number, name])


def test_the_leader_reads_it_among_their_work_and_approves(
    town: Town, dossier: Dossier, django_assert_max_num_queries: Any
) -> None:
    specialist, leader = desk(town.specialist), desk(town.leader)
    assert "propose_supplement" in specialist.get(reverse("dossiers:desk-dossier", args=[dossier.number])).text
    typed = {"version": dossier.version, "items": "Bản vẽ\nBản đồ", "reason": "Đã cũ", "grounds": GROUNDS}
    without = specialist.post(act(dossier, "propose_supplement"), typed)
    assert without.status_code == 422
    assert GROUNDS in without.text
    sent = specialist.post(act(dossier, "propose_supplement"), {**typed, "approver": str(town.leader.pk)})
    assert sent.status_code == 302

    waiting = reverse("dossiers:desk-to-approve")
    assert waiting in leader.get(reverse("site:desk")).text
    with django_assert_max_num_queries(6):
        page = leader.get(waiting)
    for text in (dossier.number, "Bản vẽ; Bản đồ", GROUNDS, town.specialist.display_name):
        assert text in page.text
    assert dossier.number not in desk(town.head).get(waiting).text
    assert GROUNDS in leader.get(reverse("dossiers:desk-dossier", args=[dossier.number])).text
    assert GROUNDS in leader.get(act(dossier, "approve_supplement")).text
    dossier.refresh_from_db()
    assert desk(town.head).post(act(dossier, "approve_supplement"), {"version": dossier.version}).status_code == 403
    assert leader.post(act(dossier, "approve_supplement"), {"version": dossier.version - 1}).status_code == 409
    assert leader.post(act(dossier, "approve_supplement"), {"version": dossier.version}).status_code == 302
    dossier.refresh_from_db()
    assert dossier.state == "waiting_supplement"
    assert dossier.number not in leader.get(waiting).text


def test_a_leader_refuses_with_a_reason_and_the_officer_takes_back(town: Town, dossier: Dossier) -> None:
    first = propose(town, dossier)
    leader, specialist = desk(town.leader), desk(town.specialist)
    assert leader.post(act(dossier, "refuse_supplement"), {"reason": ""}).status_code == 422
    assert leader.post(act(dossier, "refuse_supplement"), {"reason": "Đủ căn cứ"}).status_code == 302
    first.refresh_from_db()
    assert first.state == "refused"
    second = propose(town, dossier)
    assert specialist.get(act(dossier, "withdraw_proposal")).status_code == 200
    assert specialist.post(act(dossier, "withdraw_proposal")).status_code == 302
    second.refresh_from_db()
    assert second.state == "withdrawn"
    assert open_step(dossier).node == "check"


@pytest.mark.parametrize("ends", ["withdraw", "stop", "decide"])
def test_a_proposal_is_closed_with_its_dossier(town: Town, dossier: Dossier, ends: str) -> None:
    proposal, by = propose(town, dossier), town.actor(town.reception)
    if ends == "decide":
        finish(town, dossier, "ok", None)
    else:
        getattr(actions, ends)(dossier.pk, reason="Theo đơn", by=by)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by, proposal.decided_at is None) == ("closed", None, False)
    assert "dossier.supplement_proposal_closed" in [each.kind for each in timeline(dossier, for_officers=True)]
    assert "dossier.supplement_proposal_closed" not in [each.kind for each in timeline(dossier, for_officers=False)]
    refused(lambda: approve(town, proposal), "state", Conflict)


def test_what_earlier_versions_left_waiting_is_closed_by_the_migration(town: Town, dossier: Dossier) -> None:
    other = accept(town, submit(town))
    Dossier.objects.filter(pk=other.pk).update(supplements_asked=1)
    left, running = propose(town, dossier), propose(town, other)
    ended = timezone.now()
    Dossier.objects.filter(pk=dossier.pk).update(state="withdrawn", closed_at=ended)
    with connection.cursor() as cursor:
        cursor.execute(import_module("motcua.services.dossiers.migrations.0015_proposal_closed")._CLOSE)
    left.refresh_from_db()
    running.refresh_from_db()
    assert (left.state, left.decided_at, running.state) == ("closed", ended, "waiting")
