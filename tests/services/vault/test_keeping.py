"""What dossiers bring into the store, once, however often it is told; and what follows them afterwards."""

import pytest
from django.utils import timezone, translation

from motcua.engines.messaging.models import Notice
from motcua.kernel.blobs.actions import sweep
from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.text import fold
from motcua.services.dossiers import actions as dossier_actions
from motcua.services.dossiers.actions import NewPaper
from motcua.services.dossiers.models import CoApplicant, Dossier, Paper
from motcua.services.dossiers.stores import OF_PAPER
from motcua.services.vault import actions, queries, wording
from motcua.services.vault.models import KeptPaper
from motcua.services.vault.offers import PersonalStore
from tests.factories import make_citizen
from tests.services.dossiers.factories import Town, accept, make_town, submit
from tests.services.vault.factories import (
    PDF,
    deliver,
    kept_paper,
    kept_result,
    returned,
    scan,
    with_paper,
    with_validity,
)
from tests.site.api_client import as_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town()


def test_a_paper_is_kept_once_its_dossier_is_accepted_and_only_once(town: Town) -> None:
    dossier = with_paper(town, digitised=True, form="original")
    actions.keep_papers([dossier.pk], at=timezone.now())
    assert not KeptPaper.objects.exists()
    accept(town, dossier)
    deliver()
    deliver()
    kept = KeptPaper.objects.get()
    paper = Paper.objects.get()
    assert (kept.owner, kept.dossier, kept.paper) == (town.applicant, dossier, paper)
    assert (kept.origin, kept.assurance, kept.form, kept.paper_code) == ("paper", "digitised", "original", "relation")
    assert kept.file is not None
    assert paper.file is not None
    assert kept.file.blob_id == paper.file.blob_id
    assert kept.file_id != paper.file_id
    assert kept.file.kept


def test_a_result_is_kept_when_it_was_returned(town: Town) -> None:
    kept = kept_result(town)
    deliver()
    assert KeptPaper.objects.filter(origin="result").count() == 1
    assert kept.result is not None
    assert (kept.name, kept.number, kept.issuer) == (kept.result.name, kept.result.number, town.office.name)
    assert (kept.assurance, kept.valid_from, kept.valid_to) == ("issued", kept.issued_on, None)
    assert kept.issued_on == timezone.localdate()


def test_a_result_is_kept_for_each_who_applied_and_revoked_for_all(town: Town) -> None:
    result, spouse = returned(town), make_citizen()
    answered = {"state": "confirmed", "way": "paper", "invited_at": timezone.now(), "answered_at": timezone.now()}
    CoApplicant.objects.create(dossier=result.dossier, party=spouse, name=spouse.name, **answered)
    Dossier.objects.filter(pk=result.dossier_id).update(is_joint=True)
    deliver()
    deliver()
    kept = list(KeptPaper.objects.order_by("added_at", "id"))
    assert {each.owner for each in kept} == {town.applicant, spouse}
    assert len({each.file_id for each in kept}) == 2, "each lets go of their own"
    assert len(queries.results_of(result.dossier_id)) == 1
    actions.revoke(kept[0], reason="QĐ 12: cấp sai", by=town.leader)
    deliver()
    assert set(KeptPaper.objects.values_list("state", flat=True)) == {"revoked"}
    assert {each.recipient for each in Notice.objects.filter(kind="vault.revoked")} == {
        town.applicant.account, spouse.account
    }  # fmt: skip


def test_the_same_content_is_not_kept_twice_for_the_same_owner(town: Town) -> None:
    kept_paper(town)
    accept(town, with_paper(town))
    deliver()
    assert KeptPaper.objects.count() == 1
    kept_paper(town, file=scan(PDF + b"%anders\n"))
    assert KeptPaper.objects.count() == 2


def test_what_was_taken_from_the_store_does_not_come_in_again(town: Town) -> None:
    kept = kept_paper(town)
    accept(town, with_paper(town, file=scan(PDF + b"%2\n"), source=kept.stream, reused=True))
    deliver()
    assert list(KeptPaper.objects.all()) == [kept]


def test_a_paper_taken_out_of_its_dossier_leaves_the_store_with_its_file(town: Town) -> None:
    kept = kept_paper(town)
    by = town.actor(town.reception)
    dossier_actions.remove_paper(kept.dossier_id, paper=kept.paper_id, reason="Nhầm hồ sơ", by=by)  # type: ignore[arg-type]
    deliver()
    kept.refresh_from_db()
    assert (kept.state, kept.file) == ("removed", None)


def test_a_paper_scanned_anew_is_kept_as_it_was_scanned_last(town: Town) -> None:
    kept = kept_paper(town, digitised=True)
    assert kept.file is not None
    before = kept.file
    anew, by = scan(PDF + b"%ro hon\n"), town.actor(town.reception)
    dossier_actions.digitise(kept.dossier_id, paper=kept.paper_id, file=anew.pk, by=by)  # type: ignore[arg-type]
    deliver()
    kept.refresh_from_db()
    before.refresh_from_db()
    assert kept.file is not None
    assert kept.file.blob_id == anew.blob_id
    assert not before.kept


def test_a_file_raised_for_longer_proof_is_followed_once(town: Town) -> None:
    kept = kept_result(town)
    assert kept.result is not None
    old, new = kept.result.file_id, scan(PDF + b"%LTA\n")
    for _time in range(2):
        actions.follow_raised(old_file=old, new_file=new.pk)
    kept.refresh_from_db()
    assert kept.file is not None
    assert (kept.file.blob_id, kept.file.kept) == (new.blob_id, True)


def test_the_sweep_leaves_what_the_store_keeps(town: Town) -> None:
    kept = kept_paper(town)
    sweep(now=timezone.now() + timezone.timedelta(days=9))
    kept.refresh_from_db()
    assert kept.file is not None


def test_many_dossiers_take_the_same_statements_as_one(town: Town, django_assert_num_queries: object) -> None:
    several = [accept(town, with_paper(town, file=scan(PDF + b"%%%d\n" % at))).pk for at in range(4)]
    for batch in (several[:1], several):
        with django_assert_num_queries(8):  # type: ignore[operator]
            actions.keep_papers(batch, at=timezone.now())
    assert KeptPaper.objects.count() == 4


def test_ones_own_upload_does_not_hide_what_was_accepted_later(town: Town) -> None:
    dossier = with_paper(town)
    name = Paper.objects.get(dossier=dossier).name
    own = KeptPaper.objects.create(
        owner=town.applicant,
        origin="own",
        assurance="declared",
        name=name,
        name_fold=fold(name),
        file=scan(),
        added_at=timezone.now(),
        added_by=town.applicant.account,
    )
    accept(town, dossier)
    deliver()
    accepted = KeptPaper.objects.get(dossier=dossier)
    assert accepted.assurance == "accepted"
    assert accepted.file is not None
    offered = PersonalStore().offers(town.applicant.pk, [accepted.paper.case_paper], town.version.procedure_id)  # type: ignore[union-attr,list-item]
    sources = [offer.source for offers in offered.fitting.values() for offer in offers]
    assert sources == [accepted.stream, own.stream]  # who vouches for it comes first


def test_the_office_that_accepts_a_paper_says_how_long_it_is_valid(town: Town) -> None:
    kept = kept_paper(town)
    assert town.applicant.account is not None
    day = timezone.localdate()
    actions.state_validity(kept, issued_on=day, valid_to=day, by=town.applicant.account)
    by, last = town.actor(town.reception), day - timezone.timedelta(days=3)
    for stated, validity in ((last, (last, town.office.name, None)), (None, (None, "", None))):
        dossier_actions.state_validity(kept.dossier_id, paper=kept.paper_id, valid_to=stated, by=by)  # type: ignore[arg-type]
        deliver()
        kept.refresh_from_db()
        assert (kept.valid_to, kept.validity_by, kept.issued_on) == validity
        assert bool(PersonalStore().barred([kept.stream])) is bool(stated)


def test_who_owns_a_paper_cannot_undo_what_an_office_stated_of_it(town: Town) -> None:
    kept = kept_paper(town, valid_to=timezone.localdate())
    assert (kept.valid_to, kept.validity_by) == (timezone.localdate(), town.office.name)
    assert town.applicant.account is not None
    (told,) = as_account(town.applicant.account).get("/vault").json()["items"]
    assert told["validity_by"] == town.office.name
    with pytest.raises(Conflict):
        actions.state_validity(kept, issued_on=None, valid_to=None, by=town.applicant.account)
    again = accept(town, with_paper(town, file=scan(PDF + b"%2\n"), source=kept.stream, reused=True))
    with pytest.raises(Refused):
        dossier_actions.state_validity(
            again.pk, paper=again.papers.get().pk, valid_to=None, by=town.actor(town.reception)
        )


def test_the_package_says_how_long_a_result_is_valid_and_by_which_law() -> None:
    kept = kept_result(make_town(with_validity()))
    assert kept.issued_on is not None
    assert kept.valid_to == kept.issued_on + timezone.timedelta(days=30)
    with translation.override("vi"):
        assert wording.validity_text(kept) == f"Đến {kept.valid_to:%d/%m/%Y}, theo Luật Mẫu, Điều 9"


def test_a_paper_of_everyone_is_kept_for_each_who_applies_together() -> None:
    town, spouse = make_town(with_validity()), make_citizen()
    dossier = accept(town, with_paper(town, digitised=True))
    answered = {"state": "confirmed", "way": "paper", "invited_at": timezone.now(), "answered_at": timezone.now()}
    CoApplicant.objects.create(dossier=dossier, party=spouse, name=spouse.name, **answered)
    Dossier.objects.filter(pk=dossier.pk).update(is_joint=True)
    deliver()
    deliver()
    kept = list(KeptPaper.objects.order_by("added_at", "id"))
    assert {each.owner for each in kept} == {town.applicant, spouse}
    assert len({each.file_id for each in kept}) == 2, "each lets go of their own"
    anew, by = scan(PDF + b"%ro hon\n"), town.actor(town.reception)
    dossier_actions.digitise(dossier.pk, paper=kept[0].paper_id, file=anew.pk, by=by)  # type: ignore[arg-type]
    again = submit(town, papers=[NewPaper(name="Giấy", source=f"{OF_PAPER}{kept[0].paper_id}")])
    deliver()
    scans = KeptPaper.objects.select_related("file", "owner")
    assert {each.file.blob_id for each in scans if each.file} == {anew.blob_id}
    assert len({each.file_id for each in scans}) == 2
    used = {each.owner: [use.dossier for use in queries.uses_of(each)] for each in scans}
    assert used == {town.applicant: [again], spouse: []}, "what the other does with it is theirs"
