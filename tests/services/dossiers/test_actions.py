"""What can happen to a dossier, and what cannot."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import timezone

from motcua.engines.signing.models import SigningCertificate
from motcua.kernel.blobs.actions import store_bytes
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from motcua.services.dossiers import actions
from motcua.services.dossiers.actions import NewPaper
from motcua.services.dossiers.actions.working import give
from motcua.services.dossiers.models import Dossier, FeeLine, IssuedForm, Paper, ResultDocument, WorkItem
from motcua.services.dossiers.moves import Move
from motcua.services.procedures.runtime import package_of
from tests.factories import make_office, make_officer
from tests.replay import again
from tests.services.dossiers.factories import Town, accept, finish, make_town, open_step, pay, submit
from tests.services.dossiers.processes import FEE, PAPER, PLAIN, package
from tests.services.dossiers.refusals import refused

pytestmark = pytest.mark.django_db
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=HANOI)


@pytest.fixture
def town() -> Town:
    return make_town(package(*PLAIN, fees=FEE))


def scan(text: str = "trang 1") -> StoredFile:
    return store_bytes(text.encode(), name="scan.pdf", media_type="application/pdf", by=None)


# -- submitting and accepting -----------------------------------------------------------------------------------------


def test_a_procedure_that_is_not_filed_online_here_is_refused(town: Town) -> None:
    town.version.procedure.filing = "national"
    refused(lambda: submit(town), "not_online")
    assert submit(town, channel="counter").state == "submitted"


def test_required_papers_must_be_there() -> None:
    town = make_town(package(*PLAIN, papers=PAPER))
    with pytest.raises(Invalid) as caught:
        submit(town)
    assert set(caught.value.errors) == {"paper-proof"}
    paper = package_of(town.version.pk).papers(package_of(town.version.pk).first_case.pk)[0]
    listed = NewPaper(name=paper.name, case_paper=paper.pk)
    with pytest.raises(Invalid):
        submit(town, papers=[listed])
    assert submit(town, channel="counter", papers=[listed]).papers.get().name == paper.name
    with_file = NewPaper(name=paper.name, case_paper=paper.pk, file=scan().pk)
    assert submit(town, papers=[with_file]).papers.get().file.kept


def test_a_dossier_is_accepted_once(town: Town) -> None:
    dossier = accept(town, submit(town))
    refused(lambda: accept(town, dossier), "state", Conflict)


def test_who_saw_an_older_version_is_told(town: Town) -> None:
    dossier = submit(town)
    accept(town, dossier, seen_version=1)
    step = open_step(dossier)
    with pytest.raises(Conflict):
        actions.complete(
            dossier.pk, item=step.pk, outcome="ok", by=town.actor(town.specialist), seen_version=dossier.version
        )
    step.refresh_from_db()
    assert step.state == "open"


def test_a_code_needs_an_office_code(town: Town) -> None:
    town.office.codes.all().delete()
    dossier = submit(town)
    refused(lambda: accept(town, dossier), "no_office_code")


# -- refused, withdrawn, stopped --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "form", "state"), [("refuse", "03", "refused"), ("withdraw", None, "withdrawn"), ("stop", "05", "stopped")]
)
def test_a_dossier_can_end_early(town: Town, act: str, form: str | None, state: str) -> None:
    dossier, end = submit(town), getattr(actions, act)
    if act != "refuse":
        accept(town, dossier)
    by = town.actor(town.reception)
    refused(lambda: end(dossier.pk, reason=" ", by=by), "required")
    end(dossier.pk, reason="Theo đề nghị", by=by)
    dossier.refresh_from_db()
    assert (dossier.state, dossier.is_open) == (state, False)
    assert not dossier.work_items.filter(state__in=["open", "waiting"]).exists()
    assert IssuedForm.objects.filter(dossier=dossier).exclude(form="01").first() == (
        IssuedForm.objects.filter(form=form).first() if form else None
    )
    refused(lambda: end(dossier.pk, reason="Lần nữa", by=by), "state", Conflict)


@pytest.mark.parametrize("waiting", [False, True])
def test_what_is_not_accepted_yet_is_not_stopped(town: Town, waiting: bool) -> None:
    dossier, by = submit(town), town.actor(town.reception)
    if waiting:
        actions.request_supplement(dossier.pk, items=["Bản vẽ"], reason="Thiếu", by=by)
    refused(lambda: actions.stop(dossier.pk, reason="Theo đơn", by=by), "state", Conflict)
    actions.withdraw(dossier.pk, reason="Theo đơn", by=by)


def test_a_paper_submitted_in_electronic_form_is_not_scanned_over(town: Town) -> None:
    dossier, by = submit(town), town.actor(town.reception)
    paper = actions.add_paper(dossier.pk, paper=NewPaper(name="Bản vẽ", file=scan().pk), by=by)
    refused(lambda: actions.digitise(dossier.pk, paper=paper.pk, file=scan("khác").pk, by=by), "electronic")
    held = actions.add_paper(dossier.pk, paper=NewPaper(name="Bản đồ"), by=by)
    actions.digitise(dossier.pk, paper=held.pk, file=scan("khác").pk, by=by)
    assert dossier.papers.filter(digitised=True).get() == held


# -- work -------------------------------------------------------------------------------------------------------------


def test_a_step_is_claimed_by_one_and_put_back(town: Town) -> None:
    dossier = accept(town, submit(town))
    step, one = open_step(dossier), town.actor(town.specialist)
    other = town.actor(make_officer(roles=["specialist"], office=town.office))
    actions.claim(dossier.pk, item=step.pk, by=one)
    actions.claim(dossier.pk, item=step.pk, by=one)
    refused(lambda: actions.claim(dossier.pk, item=step.pk, by=other), "claimed", Conflict)
    actions.release(dossier.pk, item=step.pk, by=one)
    actions.claim(dossier.pk, item=step.pk, by=other)
    actions.reassign(dossier.pk, item=step.pk, to=town.specialist.pk, by=town.actor(town.head), reason="Nghỉ ốm")
    step.refresh_from_db()
    assert step.assignee == town.specialist


def test_a_step_ends_once_with_one_of_its_outcomes(town: Town) -> None:
    dossier = accept(town, submit(town))
    step, by = open_step(dossier), town.actor(town.specialist)
    for wrong in (None, "perhaps"):
        refused(lambda: actions.complete(dossier.pk, item=step.pk, outcome=wrong, by=by), "outcome")  # noqa: B023
    assert actions.complete(dossier.pk, item=step.pk, outcome="ok", by=by, facts={"found": {"area": 3}}, note="Xong")
    refused(lambda: actions.complete(dossier.pk, item=step.pk, outcome="ok", by=by), "finished", Conflict)
    dossier.refresh_from_db()
    step.refresh_from_db()
    assert dossier.facts == {"check_outcome": "ok", "found": {"area": 3}}
    assert (step.state, step.outcome, step.finished_by) == ("done", "ok", town.specialist)


def test_a_step_goes_back_to_who_did_it_while_they_are_there(town: Town) -> None:
    dossier = accept(town, submit(town))
    finish(town, dossier, "ok")
    step, leader = open_step(dossier, "approve"), town.actor(town.leader)
    back = {"item": step.pk, "by": leader}
    refused(lambda: actions.send_back(dossier.pk, to_node="check", reason="", **back), "required")
    refused(lambda: actions.send_back(dossier.pk, to_node="approve", reason="Sai", **back), "to_node")
    actions.send_back(dossier.pk, to_node="check", reason="Thiếu số liệu", **back)
    assert open_step(dossier, "check").assignee == town.specialist

    finish(town, dossier, "ok")
    town.specialist.officer.positions.all().delete()
    step = open_step(dossier, "approve")
    actions.send_back(dossier.pk, item=step.pk, to_node="check", reason="Vẫn thiếu", by=leader)
    assert open_step(dossier, "check").assignee is None


def test_a_mistaken_transfer_is_taken_back_until_it_is_seen(town: Town) -> None:
    dossier = accept(town, submit(town))
    specialist, leader = town.actor(town.specialist), town.actor(town.leader)

    def take_back(item: WorkItem, by: Any) -> bool:
        return actions.take_back(dossier.pk, item=item.pk, reason="Nhầm", by=by)

    first = open_step(dossier)
    with pytest.raises(NotFound):
        take_back(first, specialist)
    finish(town, dossier, "ok")
    with pytest.raises(NotAllowed):
        take_back(open_step(dossier), leader)
    assert take_back(open_step(dossier), specialist)
    assert open_step(dossier).node == "check"

    finish(town, dossier, "ok")
    actions.mark_seen([open_step(dossier)], at=timezone.now())
    refused(lambda: take_back(open_step(dossier), specialist), "seen", Conflict)


def test_a_claimed_step_counts_as_seen(town: Town) -> None:
    dossier = accept(town, submit(town))
    finish(town, dossier, "ok")
    actions.claim(dossier.pk, item=open_step(dossier).pk, by=town.actor(town.leader))
    by = town.actor(town.specialist)
    refused(lambda: actions.take_back(dossier.pk, item=open_step(dossier).pk, reason="Nhầm", by=by), "seen", Conflict)


def test_a_step_is_handed_over_to_another_office(town: Town) -> None:
    dossier = accept(town, submit(town))
    step, office = open_step(dossier), make_office()
    actions.claim(dossier.pk, item=step.pk, by=town.actor(town.specialist))
    actions.hand_over(dossier.pk, item=step.pk, office=office.pk, by=town.actor(town.head), reason="Chuyển giao")
    step.refresh_from_db()
    dossier.refresh_from_db()
    assert (step.office, step.assignee, step.seen_at, dossier.state) == (office, None, None, "waiting_agency")


def test_a_look_during_a_move_keeps_its_mark_unless_the_step_goes_elsewhere(town: Town) -> None:
    dossier = accept(town, submit(town))
    finish(town, dossier, "ok")
    step, by, office = open_step(dossier), town.actor(town.head), make_office()
    for elsewhere in (False, True):
        WorkItem.objects.update(seen_at=None)
        with transaction.atomic():
            move = Move.begin(dossier.pk, by=by)
            item = move.standing.items[step.pk]
            actions.mark_seen([step], at=timezone.now())
            if elsewhere:
                item.pass_to(office.pk)
            give(move, item, to=None, kind="dossier.step_reassigned")
        assert (open_step(dossier).seen_at is None) == elsewhere
    actions.mark_seen([step], at=timezone.now())  # the page was read before the step went to the other office
    assert open_step(dossier).seen_at is None


# -- results ----------------------------------------------------------------------------------------------------------


def drafted() -> tuple[Town, Dossier, ResultDocument]:
    """A copy at the leader's desk."""
    town = make_town()
    return town, *again(("drafted", town.version.pk), lambda: drafted_in(town), unless=[Dossier], upon=[town.office])


def drafted_in(town: Town) -> tuple[Dossier, ResultDocument]:
    dossier = accept(town, submit(town))
    finish(town, dossier, "found")
    by = town.actor(town.specialist)
    written = {"extract": {"content": "Họ và tên: Lê Văn Mẫu."}}
    step = open_step(dossier)
    refused(lambda: actions.complete(dossier.pk, item=step.pk, outcome=None, by=by), "result_missing")
    with pytest.raises(NotFound):
        actions.prepare_result(dossier.pk, item=step.pk, template="notice", data=written, by=by)
    result = actions.prepare_result(dossier.pk, item=step.pk, template="copy", data=written, by=by)
    finish(town, dossier, None)
    return dossier, result


def test_a_result_is_signed_sealed_and_returned_in_this_order() -> None:
    town, dossier, result = drafted()
    leader, clerk, step = town.actor(town.leader), town.actor(town.clerk), open_step(dossier)
    assert dossier.facts["extract"] == {"content": "Họ và tên: Lê Văn Mẫu."}
    refused(lambda: actions.complete(dossier.pk, item=step.pk, outcome="signed", by=leader), "not_signed")
    refused(lambda: actions.seal_result(dossier.pk, item=step.pk, by=clerk), "no_result")
    refused(lambda: actions.sign_result(dossier.pk, item=step.pk, by=clerk), "no_certificate", NotAllowed)
    prepared = result.file
    actions.sign_result(dossier.pk, item=step.pk, by=leader)
    prepared.refresh_from_db()
    result.refresh_from_db()
    assert (result.state, result.file.kept, prepared.kept) == ("signed", True, False)
    seal = open_step(dossier)
    refused(lambda: actions.complete(dossier.pk, item=seal.pk, outcome=None, by=clerk), "not_signed")
    returned = {"to_name": "Lê Văn Mẫu", "by": town.actor(town.reception)}
    refused(lambda: actions.return_result(dossier.pk, method="desk", **returned), "required")
    signed = returned | {"proof": "signature", "number": "12"}
    refused(lambda: actions.return_result(dossier.pk, method="desk", **signed), "state", Conflict)
    actions.seal_result(dossier.pk, item=seal.pk, by=clerk)
    refused(lambda: actions.return_result(dossier.pk, method="pigeon", **returned), "required")
    refused(lambda: actions.return_result(dossier.pk, method="post", **(returned | {"to_name": " "})), "required")
    refused(lambda: actions.return_result(dossier.pk, method="post", **returned), "required")
    sent = returned | {"number": "EA000000001VN"}
    refused(lambda: actions.return_result(dossier.pk, method="post", **sent), "fee_due")
    pay(town, dossier)
    actions.return_result(dossier.pk, method="post", **sent)
    dossier.refresh_from_db()
    assert (dossier.state, dossier.return_method, dossier.returned_to) == ("returned", "post", "Lê Văn Mẫu")


def test_without_the_seals_certificate_nothing_of_the_sealing_stays() -> None:
    town, dossier, result = drafted()
    actions.sign_result(dossier.pk, item=open_step(dossier).pk, by=town.actor(town.leader))
    SigningCertificate.objects.filter(holder_id=town.office.pk).delete()
    seal = {"item": open_step(dossier).pk, "by": town.actor(town.clerk)}
    refused(lambda: actions.seal_result(dossier.pk, **seal), "no_certificate", NotAllowed)
    result.refresh_from_db()
    assert (result.state, result.number, open_step(dossier).node) == ("signed", "", "seal")


def test_a_result_that_is_sent_back_is_prepared_and_signed_again() -> None:
    town, dossier, result = drafted()
    leader, specialist = town.actor(town.leader), town.actor(town.specialist)
    actions.complete(dossier.pk, item=open_step(dossier).pk, outcome="corrected", by=leader)
    finish(town, dossier, None)
    actions.sign_result(dossier.pk, item=open_step(dossier).pk, by=leader)
    back = {"to_node": "extract", "reason": "Sai tên", "by": town.actor(town.clerk)}
    actions.send_back(dossier.pk, item=open_step(dossier).pk, **back)
    written = {"extract": {"content": "Họ và tên: Lê Thị Mẫu."}}
    actions.prepare_result(dossier.pk, item=open_step(dossier).pk, template="copy", data=written, by=specialist)
    result.refresh_from_db()
    assert (result.state, result.signed_by) == ("prepared", None)
    finish(town, dossier, None)
    actions.sign_result(dossier.pk, item=open_step(dossier).pk, by=leader)
    actions.seal_result(dossier.pk, item=open_step(dossier).pk, by=town.actor(town.clerk))
    dossier.refresh_from_db()
    assert dossier.state == "decided"


# -- fees and papers --------------------------------------------------------------------------------------------------


def test_a_fee_is_settled_once_and_may_be_refunded(town: Town) -> None:
    dossier = accept(town, submit(town))
    line, by = FeeLine.objects.get(), town.actor(town.reception)
    refused(lambda: actions.collect_fee(dossier.pk, line=line.pk, method="shells", by=by), "required")
    refused(lambda: actions.waive_fee(dossier.pk, line=line.pk, reason=" ", by=by), "required")
    refused(lambda: actions.refund_fee(dossier.pk, line=line.pk, reason="Thừa", by=by), "state", Conflict)
    actions.collect_fee(dossier.pk, line=line.pk, method="cash", by=by)
    refused(lambda: actions.collect_fee(dossier.pk, line=line.pk, method="cash", by=by), "settled", Conflict)
    refused(lambda: actions.refund_fee(dossier.pk, line=line.pk, reason="", by=by), "required")
    actions.refund_fee(dossier.pk, line=line.pk, reason="Thu thừa", by=by)
    line.refresh_from_db()
    assert (line.state, line.reason) == ("refunded", "Thu thừa")
    with pytest.raises(NotFound):
        actions.collect_fee(accept(town, submit(town)).pk, line=line.pk, method="cash", by=by)


def test_papers_are_added_scanned_excused_and_taken_out(town: Town) -> None:
    dossier = accept(town, submit(town, channel="counter", papers=[NewPaper(name="Đơn")]))
    by = town.actor(town.reception)
    paper = dossier.papers.get()
    refused(lambda: actions.record_no_scan(dossier.pk, paper=paper.pk, reason="too_long", by=by), "required")
    actions.record_no_scan(dossier.pk, paper=paper.pk, reason="shown_only", by=by)
    actions.digitise(dossier.pk, paper=paper.pk, file=scan().pk, by=by)
    paper.refresh_from_db()
    assert (paper.digitised, paper.no_scan_reason) == (True, "")
    refused(lambda: actions.record_no_scan(dossier.pk, paper=paper.pk, reason="secret", by=by), "digitised")
    added = actions.add_paper(dossier.pk, paper=NewPaper(name="Bản vẽ"), by=by)
    assert added.position == 2
    refused(lambda: actions.remove_paper(dossier.pk, paper=added.pk, reason="", by=by), "required")
    actions.remove_paper(dossier.pk, paper=added.pk, reason="Nhầm hồ sơ", by=by)
    with pytest.raises(NotFound):
        actions.digitise(dossier.pk, paper=added.pk, file=scan("trang 2").pk, by=by)
    assert Paper.objects.filter(dossier=dossier).count() == 2


def test_a_reason_that_is_too_long_is_refused_in_words(town: Town) -> None:
    dossier, by = submit(town), town.actor(town.reception)
    line = dossier.fee_lines.create(name="Phí", kind="fee", amount=1, position=9)
    refused(lambda: actions.waive_fee(dossier.pk, line=line.pk, reason="x" * 301, by=by), "too_long")
    refused(lambda: actions.return_result(dossier.pk, method="desk", to_name="x" * 201, by=by), "too_long")
