"""Who sees a dossier and what they may do with it: the whole dict for each role."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from motcua.kernel.errors import NotAllowed, NotFound
from motcua.kernel.events.models import AccessRecord
from motcua.people.accounts.models import Account
from motcua.people.accounts.sealing import identity_hash
from motcua.people.citizens.models import Party, Representation
from motcua.people.officers.models import DeclaredRelative
from motcua.services.dossiers import access, actions
from motcua.services.dossiers.abilities import ABILITIES
from motcua.services.dossiers.access import Viewer, dossier_for, dossiers_for, sent_by
from motcua.services.dossiers.actors import citizen
from motcua.services.dossiers.applicants import applicant_accounts
from motcua.services.dossiers.filed import filed_for
from motcua.services.dossiers.looks import record_found
from motcua.services.dossiers.models import CoApplicant, Dossier
from motcua.services.dossiers.queries import inbox, inbox_counts, listed, my_and_filed, reception_queue, return_queue
from tests.factories import make_account, make_business, make_citizen, make_office, make_officer
from tests.services.dossiers.factories import Town, accept, finish, make_town, open_step, pay, submit
from tests.services.dossiers.processes import FEE, PLAIN, package

pytestmark = pytest.mark.django_db
DESK = {"collect_fee", "waive_fee", "add_paper", "digitise", "withdraw", "stop"}
WORK = {"claim", "complete", "send_back", "prepare_result", "initial", "request_supplement"}
HEADS = {"refund_fee", "extend", "reassign"}
# state → role → what they may do besides looking
MAY: dict[str, dict[str, set[str]]] = {
    "submitted": {
        "citizen": {"withdraw"},
        "reception": DESK - {"stop"} | {"accept", "refuse", "request_supplement"},
        "specialist": set(),
        "leader": set(),
        "head": set(),
        "administrator": set(),
    },
    "in_process": {
        "citizen": {"withdraw"},
        "reception": DESK,
        "specialist": WORK,
        "leader": {"extend"},
        "head": HEADS,
        "administrator": {"reroute", "reassign"},
    },
    "waiting_supplement": {
        "citizen": {"withdraw", "answer_supplement"},
        "reception": DESK | {"answer_supplement"},
        "specialist": set(),
        "leader": set(),
        "head": {"refund_fee"},
        "administrator": set(),
    },
    "unpaid": {
        "citizen": set(),
        "reception": {"collect_fee", "waive_fee", "digitise", "download_result"},
        "specialist": {"download_result"},
        "leader": {"download_result"},
        "head": {"refund_fee", "download_result"},
        "administrator": {"download_result"},
    },
    "decided": {
        "citizen": set(),
        "reception": {"collect_fee", "waive_fee", "digitise", "return", "download_result"},
        "specialist": {"download_result"},
        "leader": {"download_result"},
        "head": {"refund_fee", "download_result"},
        "administrator": {"download_result"},
    },
    "returned": {
        "citizen": {"download_result"},
        "reception": {"digitise", "download_result"},
        "specialist": {"download_result"},
        "leader": {"download_result"},
        "head": {"refund_fee", "download_result"},
        "administrator": {"download_result"},
    },
}


@pytest.fixture
def town() -> Town:
    return make_town(package(*PLAIN, fees=FEE))


def in_state(town: Town, state: str) -> Dossier:
    dossier = submit(town)
    if state != "submitted":
        accept(town, dossier)
    if state == "waiting_supplement":
        by = town.actor(town.specialist)
        actions.request_supplement(dossier.pk, items=["Bản vẽ"], reason="Thiếu", by=by)
    if state in ("unpaid", "decided", "returned"):
        finish(town, dossier, "ok", None)
    if state in ("decided", "returned"):
        pay(town, dossier)
    if state == "returned":
        by = town.actor(town.reception)
        actions.return_result(dossier.pk, method="desk", proof="signature", number="12", to_name="Lê Văn Mẫu", by=by)
    dossier.refresh_from_db()
    assert dossier.state == ("decided" if state == "unpaid" else state)
    return dossier


def abilities(account: Account, dossier: Dossier) -> dict[str, bool]:
    return dict(dossier_for(Viewer.of(account), dossier.number).abilities)


def only(*may: str) -> dict[str, bool]:
    return {act: act in {"view", "view_papers", *may} for act in ABILITIES}


@pytest.mark.parametrize("state", MAY)
def test_what_each_role_may_do(town: Town, state: str) -> None:
    dossier = in_state(town, state)
    administrator = make_officer(roles=(), is_administrator=True)
    for role, may in MAY[state].items():
        account = {"citizen": town.applicant.account, "administrator": administrator}.get(role) or getattr(town, role)
        assert abilities(account, dossier) == only(*may), (state, role)


def test_nobody_else_sees_a_dossier(town: Town) -> None:
    dossier = in_state(town, "in_process")
    strangers = [make_citizen().account, make_officer(roles=["head", "reception"]), make_account()]
    for account in strangers:
        with pytest.raises(NotFound):
            dossier_for(Viewer.of(account), dossier.number)
        assert not dossiers_for(Viewer.of(account)).exists()
    with pytest.raises(NotFound):
        dossier_for(Viewer(), dossier.number)


def test_who_submitted_for_others_at_the_counter_does_not_own_the_dossier(town: Town) -> None:
    dossier = submit(town, channel="counter", by=town.actor(town.reception))
    assert abilities(town.reception, dossier)["accept"]
    town.reception.officer.positions.all().delete()
    with pytest.raises(NotFound):
        dossier_for(Viewer.of(town.reception), dossier.number)


def represent(
    party: Party, by: Party, *, since: int = -30, until: int | None = None, kind: str = "legal"
) -> Representation:
    """From and until so many days from today."""
    today = timezone.localdate()
    return Representation.objects.create(
        party=party,
        representative=by,
        kind=kind,
        valid_from=today + timedelta(days=since),
        valid_to=None if until is None else today + timedelta(days=until),
    )


def sent_for(town: Town, party: Party, by: Party) -> Dossier:
    return submit(town, applicant=party, representative=by, by=citizen(by.account_id))


@pytest.mark.parametrize(
    ("since", "until", "sees"), [(-30, None, True), (-30, 1, True), (-30, 0, False), (1, 9, False)]
)
def test_a_representative_sees_the_dossier_while_the_representation_lasts(
    town: Town, since: int, until: int | None, sees: bool
) -> None:
    child, parent = make_citizen(with_account=False), make_citizen()
    dossier = sent_for(town, child, parent)
    represent(child, parent, since=since, until=until)
    assert parent.account is not None
    viewer = Viewer.of(parent.account)
    assert applicant_accounts(dossier, timezone.now()) == ({parent.account_id} if sees else set())
    assert dossiers_for(viewer).exists() is sees
    assert my_and_filed(viewer).queryset.get() == dossier  # to see how it ended
    if sees:
        assert abilities(parent.account, dossier) == only("withdraw")
        return
    with pytest.raises(NotFound):
        dossier_for(viewer, dossier.number)


def test_a_service_point_loses_sight_of_its_work_with_the_mandate(town: Town) -> None:
    person, employee = make_citizen(with_account=False), make_citizen()
    mandate = represent(person, employee, until=1, kind="service")
    dossier = sent_for(town, person, employee)
    assert my_and_filed(Viewer.of(employee.account)).queryset.get() == dossier
    mandate.delete()
    viewer = Viewer.of(employee.account)
    assert not my_and_filed(viewer).queryset.exists()
    with pytest.raises(NotFound):
        filed_for(viewer, dossier.number)


def test_a_business_is_followed_by_who_represents_it_now(town: Town) -> None:
    business, former, present = make_business(), make_citizen(), make_citizen()
    represent(business, former, until=-1)
    represent(business, present, since=-1)
    dossier = sent_for(town, business, former)
    assert former.account is not None
    assert present.account is not None
    assert not dossiers_for(Viewer.of(former.account)).exists()
    assert abilities(present.account, dossier)["withdraw"]


def test_an_officer_never_handles_what_they_sent_for_another(town: Town) -> None:
    """While they represent the business they are its applicant; afterwards they may see it at work, and no more."""
    business = make_business()
    own = Party.objects.create(
        kind="citizen",
        name="Trần Thị Mẫu",
        name_fold="tran thi mau",
        account=town.reception,
        created_at=timezone.now(),
    )
    lasting = represent(business, own)
    dossier = sent_for(town, business, own)
    town.reception.refresh_from_db()
    assert abilities(town.reception, dossier) == only("withdraw")
    lasting.delete()
    assert abilities(town.reception, dossier) == only()


def test_another_office_sees_a_dossier_of_which_it_has_a_step(town: Town) -> None:
    dossier = in_state(town, "in_process")
    office = make_office()
    other = make_officer(roles=["specialist"], office=office)
    by = town.actor(town.head)
    actions.hand_over(dossier.pk, item=open_step(dossier).pk, office=office.pk, by=by, reason="Chuyển giao")
    assert abilities(other, dossier) == only(*WORK)
    actions.hand_over(dossier.pk, item=open_step(dossier).pk, office=town.office.pk, by=by, reason="Trả lại")
    with pytest.raises(NotFound):
        dossier_for(Viewer.of(other), dossier.number)


@pytest.mark.parametrize("declared", [True, False])
def test_an_officer_never_handles_their_own_or_a_relatives_dossier(town: Town, declared: bool) -> None:
    dossier, officer = in_state(town, "in_process"), town.specialist.officer
    number = identity_hash(town.applicant.identity_number or "")
    if declared:
        DeclaredRelative.objects.create(officer=officer, identity_hash=number, relation="Anh")
    else:
        officer.identity_hash = number
        officer.save()
    accessed = dossier_for(Viewer.of(town.specialist), dossier.number)
    assert dict(accessed.abilities) == only()
    with pytest.raises(NotAllowed):
        accessed.my_step()
    with pytest.raises(NotAllowed):
        accessed.require("complete")


def test_a_transfer_is_taken_back_by_who_made_it(town: Town) -> None:
    dossier = in_state(town, "in_process")
    finish(town, dossier, "ok")
    assert abilities(town.specialist, dossier) == only("take_back")
    assert not abilities(town.reception, dossier)["take_back"]
    actions.mark_seen([open_step(dossier)], at=timezone.now())
    assert abilities(town.specialist, dossier) == only()


def test_looking_leaves_a_record_unless_it_is_ones_own(town: Town) -> None:
    dossier = in_state(town, "in_process")
    dossier_for(Viewer.of(town.applicant.account), dossier.number, purpose="view")
    assert not AccessRecord.objects.exists()
    dossier_for(Viewer.of(town.specialist), dossier.number, purpose="view")
    assert AccessRecord.objects.get().who == town.specialist.pk


def test_all_whose_data_a_dossier_holds_read_who_looked_and_who_found_it(town: Town) -> None:
    dossier, spouse, agent = in_state(town, "in_process"), make_citizen(), make_citizen()
    answered = {"state": "confirmed", "way": "paper", "invited_at": timezone.now(), "answered_at": timezone.now()}
    CoApplicant.objects.create(dossier=dossier, party=spouse, name=spouse.name, **answered)
    Dossier.objects.filter(pk=dossier.pk).update(is_joint=True, representative=agent)
    everybody = {town.applicant.pk, spouse.pk, agent.pk}
    dossier_for(Viewer.of(town.specialist), dossier.number, purpose="view")
    assert set(AccessRecord.objects.values_list("whose", flat=True)) == everybody
    record_found([dossier.pk], who=town.leader.pk)
    assert set(AccessRecord.objects.filter(who=town.leader.pk).values_list("whose", "purpose")) == {
        (each, "found") for each in everybody
    }


def test_the_head_gives_steps_of_their_office_only(town: Town) -> None:
    dossier = in_state(town, "in_process")
    step = open_step(dossier)
    assert dossier_for(Viewer.of(town.head), dossier.number).step_in_my_office(step.pk) == step
    with pytest.raises(NotAllowed):
        dossier_for(Viewer.of(town.specialist), dossier.number).step_in_my_office(step.pk)


def test_a_dossier_is_found_in_four_statements(town: Town, django_assert_max_num_queries: Any) -> None:
    dossier = in_state(town, "in_process")
    viewers = [Viewer.of(account) for account in (town.specialist, town.applicant.account)]
    for viewer in viewers:
        with django_assert_max_num_queries(4):
            dossier_for(viewer, dossier.number)


def test_lists_take_one_statement_each(town: Town, django_assert_num_queries: Any) -> None:
    for state in ("submitted", "in_process", "in_process", "decided"):
        in_state(town, state)
    now = timezone.now()
    specialist, reception = (Viewer.of(account) for account in (town.specialist, town.reception))
    mine = Viewer.of(town.applicant.account)
    assert mine.parties  # as the session's query has it in a request
    assert not specialist.parties

    def read(rows: Callable[[], Any], count: int) -> None:
        with django_assert_num_queries(1):
            found = [(str(row), str(getattr(row, "dossier", row).procedure_version)) for row in rows()]
        assert len(found) == count

    read(lambda: inbox(specialist.desk, at=now).queryset.for_rows().order_by("due_at", "id"), 2)
    read(lambda: reception_queue(reception.desk).queryset.for_rows().order_by("submitted_at", "id"), 1)
    read(lambda: return_queue(reception.desk).queryset.for_rows().order_by("decided_at", "id"), 1)
    read(lambda: my_and_filed(mine).queryset.for_rows().order_by("-submitted_at", "-id"), 4)
    read(lambda: listed(specialist, state="decided").queryset.for_rows().order_by("-submitted_at", "-id"), 1)
    with django_assert_num_queries(1):
        assert inbox_counts(specialist.desk, at=now).all == 2


def test_what_became_of_an_application_is_asked_by_its_sender_in_one_place() -> None:
    town = make_town()
    dossier = submit(town)
    sender, stranger = dossier.submitted_by_id, town.reception.pk
    assert [sent_by(account, dossier.pk).exists() for account in (sender, stranger)] == [True, False]
    Dossier.objects.filter(pk=dossier.pk).update(submitted_by=None)
    assert not sent_by(None, dossier.pk).exists()  # what a service filed is nobody's
    room = Path(access.__file__).parent
    asking = {path.name for path in room.rglob("*.py") if "submitted_by=" in path.read_text(encoding="utf-8")}
    assert asking == {"access.py", "filed.py"}
