"""What happens to a dossier reaches the portal: complete, in order, once, whatever befalls the line."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.events.models import AccessRecord
from motcua.kernel.jobs.worker import loops
from motcua.services.dossiers.models import Dossier
from motcua.services.national_portal import actions, comparing, contents, leases, reporting, sending
from motcua.services.national_portal.models import Arrival, Comparison, Exchange, Link
from tests.factories import make_officer
from tests.services.dossiers.factories import Town, accept, accepted, decide, make_town, submit
from tests.services.national_portal.connected import (
    Simulated,
    hear_and_send,
    impatient,
    rest_no_longer,
    simulated,
    wait_no_longer,
)

# The line, dossiers taken, what there is to tell (10), the access records, dossiers put back, the line again (4).
STATEMENTS = 18
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulated]:
    with simulated(tmp_path_factory.mktemp("portal")) as there:
        yield there


@pytest.fixture
def there(process: Simulated) -> Simulated:
    process.misbehave()
    process.forget()  # the codes begin anew with each test
    return process


@pytest.fixture
def town() -> Town:
    return make_town(code="H99.7")


def exchange(dossier: Dossier) -> Exchange:
    return Exchange.objects.get(pk=dossier.pk)


def told(there: Simulated, dossier: Dossier) -> dict[str, Any]:
    name = exchange(dossier).known_as
    return dict(there.known(name)[name])


def test_every_move_is_told_in_order_and_nothing_twice(there: Simulated, town: Town) -> None:
    dossier = accepted(town)
    assert hear_and_send() == 1
    assert told(there, dossier)["TrangThaiHoSo"] == "4"
    decide(town, dossier)
    hear_and_send()
    known = told(there, dossier)
    assert known["TrangThaiHoSo"] == "9"
    assert [each["TenGiayTo"] for each in known["DanhSachGiayToKetQua"]]
    said = there.progress(dossier.number)
    assert said[:2] == ["Nộp hồ sơ", "Tiếp nhận hồ sơ"]
    assert said[-1] == "Đã có kết quả"
    assert hear_and_send() == 0
    assert there.progress(dossier.number) == said
    row = exchange(dossier)
    assert (row.state, row.told, row.moved) == ("known", row.wanted, row.wanted)


@pytest.mark.django_db(transaction=True)
def test_the_worker_tells_a_move_in_its_next_turn(there: Simulated) -> None:
    """Its loops pause for a second, so that the portal knows it within the minute that is demanded."""
    turn = [loops[name] for name in ("events", "national_portal")]
    turn[0].once()  # who hears from now on has begun
    dossier = accepted(make_town())
    for loop in turn:
        while loop.once():
            pass
    assert there.progress(dossier.number) == ["Nộp hồ sơ", "Tiếp nhận hồ sơ"]
    assert sum(loop.pause for loop in turn) <= 2


def test_what_is_filed_online_keeps_its_name_there(there: Simulated, town: Town) -> None:
    dossier = submit(town, channel="online")
    hear_and_send()
    accept(town, dossier)
    hear_and_send()
    dossier.refresh_from_db()
    known = there.known(dossier.submission_number, dossier.number)
    assert list(known) == [dossier.submission_number]
    assert known[dossier.submission_number]["GhiChu"].endswith(dossier.number)
    assert there.progress(dossier.submission_number) == ["Nộp hồ sơ", "Tiếp nhận hồ sơ"]


def test_what_is_handed_over_in_person_is_told_under_its_code(there: Simulated, town: Town) -> None:
    dossier = submit(town, channel="counter")
    assert hear_and_send() == 0
    accept(town, dossier)
    hear_and_send()
    dossier.refresh_from_db()
    assert there.known(dossier.submission_number, dossier.number).keys() == {dossier.number}
    assert there.progress(dossier.number) == ["Nộp hồ sơ", "Tiếp nhận hồ sơ"]


def test_the_applicant_reads_that_the_portal_was_told(there: Simulated, town: Town) -> None:
    dossier = accepted(town)
    hear_and_send()
    (record,) = AccessRecord.objects.filter(whose=town.applicant.pk, purpose=sending.PURPOSE)
    assert record.subject == dossier.stream


def has_every_move_once(there: Simulated, dossier: Dossier) -> bool:
    row = exchange(dossier)
    row.moved = 0
    events = contents.Contents([row]).of(row).movements
    return row.state == "known" and there.progress(row.known_as) == [each["NoiDungXuLy"] for each in events]


@pytest.mark.parametrize("how", ["down", "garbage", "silent", "late", "loses_answers", "forgets_sessions"])
def test_whatever_befalls_the_line_nothing_is_missing_or_doubled(there: Simulated, town: Town, how: str) -> None:
    first = accepted(town)
    hear_and_send()
    there.misbehave(how)
    decide(town, first)
    second = accepted(town)
    for _round in range(2):
        with impatient() if how in {"silent", "late"} else nullcontext():
            hear_and_send()
        rest_no_longer()
    there.misbehave()
    assert hear_and_send() >= (0 if how == "forgets_sessions" else 1)
    for dossier, last in ((first, "Đã có kết quả"), (second, "Tiếp nhận hồ sơ")):
        assert has_every_move_once(there, dossier)
        assert there.progress(dossier.number)[-1] == last


@pytest.mark.parametrize(("how", "state"), [("down", "waiting"), ("loses_answers", "waiting"), ("refuses", "stuck")])
def test_a_line_that_breaks_between_the_requests_of_a_lot(there: Simulated, town: Town, how: str, state: str) -> None:
    lot = [accepted(town) for _each in range(3)]
    there.known()  # signs in
    there.misbehave(how, after=1)
    hear_and_send()
    for dossier in lot:
        row = exchange(dossier)
        assert (row.state, row.leased_until) == (state, None)
        assert (row.told, row.moved, row.unsure, row.attempts) == (row.wanted, 0, True, 1)
    there.misbehave()
    rest_no_longer()
    if state == "stuck":
        actions.send_again([dossier.pk for dossier in lot], by=None, at=timezone.now())
    assert hear_and_send() == 3
    assert all(has_every_move_once(there, dossier) for dossier in lot)


@pytest.mark.parametrize("answered", [0, 1])  # of the requests of a lot, before it falls behind
def test_a_portal_that_goes_on_writing_what_it_has_not_answered(there: Simulated, town: Town, answered: int) -> None:
    dossier = accepted(town)
    there.known()  # signs in
    there.misbehave("lingers", after=answered)
    hear_and_send()
    there.misbehave()
    for _round in range(2):  # it answers again, and still has not written; nor may a person have it told at once
        wait_no_longer()
        assert hear_and_send() == 0
        actions.send_again([dossier.pk], by=None, at=timezone.now())
    other = accepted(town)
    assert hear_and_send() == 1
    assert has_every_move_once(there, other)
    there.catch_up()
    rest_no_longer()
    assert hear_and_send() == 1
    assert has_every_move_once(there, dossier)
    assert exchange(dossier).quiet_until is None


def test_what_a_worker_may_be_telling_is_sent_again_after_its_lease(there: Simulated, town: Town) -> None:
    dossier = accepted(town)
    hear_and_send()
    actions.send_again([dossier.pk], by=None, at=timezone.now())
    (held,) = leases.take(1, timedelta(minutes=1))
    actions.send_again([dossier.pk], by=None, at=timezone.now())
    assert exchange(dossier).quiet_until == held.leased_until
    assert leases.take(1, timedelta(minutes=1)) == []


def test_one_refused_dossier_sets_aside_only_itself(there: Simulated, town: Town) -> None:
    lost = accepted(town)
    hear_and_send()
    there.forget(MaHoSo=lost.number)  # to be refused: there is nothing to be changed
    decide(town, lost)
    others = [accepted(town) for _each in range(2)]  # told before the portal meets the one it refuses
    hear_and_send()
    row = exchange(lost)
    assert (row.state, row.attempts) == ("stuck", 1)
    assert lost.number in row.fault
    assert all(has_every_move_once(there, dossier) for dossier in others)


def test_of_what_a_dead_worker_held_the_portal_is_asked(there: Simulated, town: Town) -> None:
    dossier = accepted(town)
    hear_and_send()
    ago = timezone.now() - timedelta(seconds=1)
    Exchange.objects.update(state="waiting", told=0, moved=0, leased_until=ago)  # it told all, and noted nothing
    assert hear_and_send() == 1
    assert has_every_move_once(there, dossier)


def test_what_happens_while_a_dossier_is_told_is_told_next(there: Simulated, town: Town) -> None:
    dossier = accepted(town)
    hear_and_send()
    actions.hear({dossier.pk: 90}, at=timezone.now())
    (row,) = leases.take(1, timedelta(minutes=1))
    actions.hear({dossier.pk: 91}, at=timezone.now())
    assert leases.take(1, timedelta(minutes=1)) == []
    row.told = row.moved = row.wanted
    leases.put_back([row])
    row = exchange(dossier)
    assert (row.state, row.told, row.wanted, row.leased_until) == ("waiting", 90, 91, None)


def test_who_was_away_for_too_long_changes_nothing(there: Simulated, town: Town) -> None:
    dossier = accepted(town)
    hear_and_send()
    actions.hear({dossier.pk: 90}, at=timezone.now())
    (away,) = leases.take(1, timedelta(0))
    (row,) = leases.take(1, timedelta(minutes=1))
    away.told = away.moved = 90
    leases.put_back([away])
    assert leases.renew([away], timedelta(minutes=9)) == set()
    assert (exchange(dossier).leased_until, exchange(dossier).told) == (row.leased_until, row.told)
    assert leases.renew([row], timedelta(minutes=2)) == {dossier.pk}
    leases.put_back([row])
    assert exchange(dossier).leased_until is None


def test_a_portal_that_was_too_slow_is_told_more_bit_by_bit(there: Simulated, town: Town) -> None:
    lot = [accepted(town) for _each in range(4)]
    hear_and_send()
    actions.send_again([each.pk for each in lot], by=None, at=timezone.now())
    Link.objects.update(at_once=2)
    with connection.cursor() as cursor:  # a plan that may ask a subquery for each row
        for way in ("hashjoin", "hashagg", "mergejoin", "material", "sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
    there.misbehave("down")
    assert sending.send_waiting() == 0
    assert Link.objects.get().at_once == 1
    there.misbehave()
    wait_no_longer()
    assert [sending.send_waiting() for _each in range(3)] == [1, 2, 1]
    assert Link.objects.get().at_once == 3  # that one more was told says nothing of four


def test_a_dead_portal_is_left_alone_for_a_while(there: Simulated, town: Town) -> None:
    accepted(town)
    there.misbehave("down")
    assert hear_and_send() == 0
    link = Link.objects.get()
    assert link.failures == 1
    assert link.retry_at is not None
    assert hear_and_send() == 0
    assert Link.objects.get().failures == 1
    wait_no_longer()
    hear_and_send()
    assert Link.objects.get().failures == 2
    there.misbehave()
    wait_no_longer()
    assert hear_and_send() == 1
    assert Link.objects.get().down_since is None


def test_what_the_portal_refuses_waits_for_a_person_and_the_rest_goes_on(there: Simulated, town: Town) -> None:
    bad, good = accepted(town), accepted(town)
    Dossier.objects.filter(pk=bad.pk).update(subject="")
    hear_and_send()
    row = exchange(bad)
    assert row.state == "stuck"
    assert "TrichYeuHoSo" in row.fault
    assert exchange(good).state == "known"
    decide(town, bad)
    assert hear_and_send() == 0
    Dossier.objects.filter(pk=bad.pk).update(subject="Cấp bản sao")
    actions.send_again([bad.pk], by=None, at=timezone.now())
    assert hear_and_send() == 1
    assert there.progress(bad.number)[-1] == "Đã có kết quả"


def test_a_dossier_that_cannot_be_put_into_words_holds_up_nobody(there: Simulated, town: Town) -> None:
    bad, good = accepted(town), accepted(town)
    Dossier.objects.filter(pk=bad.pk).update(return_method="pigeon")
    hear_and_send()
    assert (exchange(bad).state, exchange(bad).fault) == ("stuck", "KeyError")
    assert exchange(good).state == "known"


def test_a_dossier_may_be_left_out_for_a_reason(there: Simulated, town: Town) -> None:
    dossier, by = accepted(town), make_officer().pk
    Dossier.objects.filter(pk=dossier.pk).update(subject="")
    hear_and_send()
    with pytest.raises(Refused):
        actions.leave_out(dossier.pk, reason=" ", by=by, at=timezone.now())
    actions.leave_out(dossier.pk, reason="Thủ tục nội bộ", by=by, at=timezone.now())
    with pytest.raises(Conflict):
        actions.leave_out(dossier.pk, reason="Thủ tục nội bộ", by=by, at=timezone.now())
    decide(town, dossier)
    assert hear_and_send() == 0
    assert exchange(dossier).state == "left"


def test_what_another_worker_is_sending_is_not_sent_twice(there: Simulated, town: Town) -> None:
    dossier = accepted(town)
    Exchange.objects.filter(pk=dossier.pk).delete()
    hear_first = hear_and_send
    Exchange.objects.create(
        dossier=dossier, wanted=2, waiting_since=timezone.now(), leased_until=timezone.now() + timedelta(minutes=1)
    )
    assert hear_first() == 0
    Exchange.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert hear_and_send() == 1


def test_a_comparison_finds_what_differs_and_sends_it_again(there: Simulated, town: Town) -> None:
    lost, behind, fine = (accepted(town) for _each in range(3))
    hear_and_send()
    there.forget(MaHoSo=lost.number)
    there.change(behind.number, TrangThaiHoSo="1")
    comparison = comparing.compare(timezone.localdate())
    assert comparison is not None
    assert (comparison.compared, comparison.missing, comparison.differing) == (3, 1, 1)
    assert {code for code, _here, _there in comparison.found} == {lost.number, behind.number}
    hear_and_send()
    assert there.known(lost.number, behind.number, fine.number).keys() == {lost.number, behind.number, fine.number}
    assert there.progress(lost.number) == ["Nộp hồ sơ", "Tiếp nhận hồ sơ"]
    assert comparing.compare(timezone.localdate()) == Comparison.objects.get()
    assert Comparison.objects.get().found == []


def test_a_comparison_finds_what_was_never_told_and_what_people_left_out(there: Simulated, town: Town) -> None:
    told, left = accepted(town), accepted(town)
    hear_and_send()
    Exchange.objects.update(told_at=told.submitted_at)
    Exchange.objects.filter(pk=left.pk).update(state="left", fault="Trùng hồ sơ")
    there.change(left.number, TrangThaiHoSo="1")
    unheard, waits_at_the_desk = accept(town, submit(town)), submit(town, channel="counter")
    Arrival.objects.create(
        code="G99.1-261128-0007", digest="0" * 64, state="left", fault="Trùng", received_at=timezone.now(),
        settled_at=timezone.now(),
    )  # fmt: skip
    comparison = comparing.compare(timezone.localdate())
    assert comparison is not None
    assert (comparison.untold, comparison.left, comparison.missing, comparison.differing) == (1, 2, 0, 0)
    assert [code for code, _here, _there in comparison.found] == [unheard.number, left.number, "G99.1-261128-0007"]
    assert not Exchange.objects.filter(pk=waits_at_the_desk.pk).exists()
    while sending.send_waiting():
        pass
    assert there.progress(unheard.number) == ["Nộp hồ sơ", "Tiếp nhận hồ sơ"]
    assert exchange(left).state == "left", "what a person left out stays so"
    again = comparing.compare(timezone.localdate())
    assert again is not None
    assert (again.untold, again.left) == (0, 2)


def test_the_figures_of_a_month_add_up(there: Simulated, town: Town) -> None:
    done, _open = accepted(town), accepted(town)
    decide(town, done)
    late = accepted(town)
    Dossier.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(hours=1))
    this_month = timezone.localdate().replace(day=1)
    (row,) = reporting.report(this_month)
    figures = row.figures
    assert row.told_at is not None
    assert [figures[name] for name in ("SoNhanTrongKy", "SoTonKyTruoc", "TongSoXuLy", "TongDaXuLy")] == list("3031")
    following = (this_month + timedelta(days=32)).replace(day=1)
    (after,) = reporting.monthly_figures(following)
    assert [after[name] for name in ("SoNhanTrongKy", "SoTonKyTruoc", "TongChuaXuLy")] == list("022")
    assert reporting.monthly_figures(date(2020, 1, 1)) == []


def test_telling_of_a_lot_takes_as_many_statements_as_of_one(
    there: Simulated, town: Town, django_assert_num_queries: Any
) -> None:
    lot = [accepted(town) for _each in range(3)]
    for dossier in lot[1:]:
        decide(town, dossier)
    hear_and_send()
    for some in (lot[:1], lot):
        actions.send_again([dossier.pk for dossier in some], by=None, at=timezone.now())
        with django_assert_num_queries(STATEMENTS):
            assert sending.send_waiting() == len(some)
    assert all(has_every_move_once(there, dossier) for dossier in lot)
