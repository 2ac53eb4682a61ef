"""Who applies signs the application with a certificate of their own, before it is sent."""

from dataclasses import replace
from datetime import timedelta
from functools import cache
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from motcua.engines.signing import queries
from motcua.engines.signing.actions import check_signatures, issue_demo_certificate, settle_signing
from motcua.engines.signing.models import (
    DocumentLevel,
    HolderKind,
    SignedFile,
    SigningCertificate,
    SigningDocument,
    SigningPolicy,
)
from motcua.engines.signing.providers.interface import Decline, Declined
from motcua.engines.signing.texts import told
from motcua.kernel.blobs.actions import store_bytes
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import NotAllowed, Refused
from motcua.kernel.events.models import Event
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party, Representation
from motcua.services.dossiers import actions
from motcua.services.dossiers.actions.results import take_raised
from motcua.services.dossiers.applications import application_of
from motcua.services.dossiers.joining import Together
from motcua.services.dossiers.models import ApplicationSigning, Dossier, Draft, Paper
from motcua.services.dossiers.subscribers import conclude_signings
from motcua.services.procedures.packages import CheckedPackage
from motcua.services.procedures.packages.reading import read_manifest
from tests.engines.signing import simulator
from tests.engines.signing.simulator import Simulator
from tests.factories import make_business, make_citizen, sign_in
from tests.jobs import run_jobs
from tests.services.dossiers.factories import Town, make_town, shipped, submit
from tests.services.dossiers.joint import TYPED

pytestmark = pytest.mark.django_db
STILL_THERE = "Nội dung Ông/Bà đã nhập vẫn được giữ nguyên"


@cache
def signed(how: str) -> CheckedPackage:
    """The package of certified copies, for which a signature is ``offered`` or ``required``."""
    package, content = shipped("certified-copy"), written(how)
    manifest, _fields = read_manifest(content)
    return replace(package, manifest=manifest, files={**package.files, "procedure.yaml": content})


def written(how: str) -> bytes:
    """That package's manifest."""
    said = f"applicant_signature: {how}\n\nform: form.json"
    return shipped("certified-copy").files["procedure.yaml"].decode().replace("form: form.json", said).encode()


@pytest.fixture(autouse=True)
def nobody_answers(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The simulated phone, one for the public, keeps silent until a test says otherwise."""
    Simulator.answers.clear()
    monkeypatch.setattr(Simulator, "for_public", True)
    settings.SIGNING_PROVIDERS = {simulator.CODE: {"kind": simulator.CODE, "public": True}}


@pytest.fixture
def town(request: pytest.FixtureRequest) -> Town:
    return make_town(signed(getattr(request, "param", "offered")))


required = pytest.mark.parametrize("town", ["required"], indirect=True)


def test_the_package_says_whether_a_signature_is_asked_for() -> None:
    for how, found in (("none", ""), ("offered", "offered"), ("required", "required")):
        manifest, fields = read_manifest(written(how))
        assert (manifest.applicant_signature, fields.problems) == (found, [])
    assert shipped("certified-copy").manifest.applicant_signature == ""
    assert read_manifest(written("perhaps"))[1].problems


def account_of(party: Party) -> Account:
    assert party.account is not None
    return party.account


def complete(town: Town, applicant: Party | None = None, by: Party | None = None) -> Draft:
    """A draft that lacks nothing but the signature."""
    return actions.start_draft(
        account=account_of(by or town.applicant),
        version=town.version,
        case=town.version.cases.order_by("position").first(),
        applicant=(applicant or town.applicant).pk,
        typed=TYPED,
        options={"return_method": "online", "return_address": "", "office": str(town.office.pk)},
    )


def key_of(party: Party, *, provider: str = "") -> SigningCertificate:
    """A key that signs at once; ``provider`` is who keeps it instead."""
    kind = HolderKind.CITIZEN if party.kind == Party.Kind.CITIZEN else HolderKind.COMPANY
    made = issue_demo_certificate(
        holder_kind=kind, holder_id=party.pk, common_name=party.name, at=timezone.now() - timedelta(minutes=1)
    )
    if provider:
        SigningCertificate.objects.filter(pk=made.pk).update(provider=provider)
        made.refresh_from_db()
    return made


def sign(draft: Draft, key: SigningCertificate, by: Account | None = None) -> ApplicationSigning:
    """As who has just read the draft as it stands."""
    seen = Together(application_of(draft)).digest
    return actions.sign_application(draft.pk, by=by or draft.account, certificate=key, seen=seen)


def seen_at(client: Client, page: str) -> str:
    """The digest of what a page shows to be signed."""
    return client.get(page).content.decode().partition('name="seen" value="')[2][:64]


def press(client: Client, page: str, **typed: str) -> Any:
    """Read the page where one signs, then press its button."""
    return client.post(page, typed | {"seen": seen_at(client, page)})


def change(draft: Draft) -> None:
    draft.typed = {**draft.typed, "copies": ["3"]}
    draft.save(update_fields=["typed"])


def send(town: Town, draft: Draft) -> Dossier:
    return actions.send_draft(draft.pk, by=draft.account, declared=True)


def test_a_signed_application_is_a_paper_with_a_verdict_for_both_sides(town: Town, client: Client) -> None:
    draft, key = complete(town), key_of(town.applicant)
    row = sign(draft, key)
    assert row.state == "done"
    dossier = send(town, draft)
    paper = Paper.objects.get(dossier=dossier)
    assert (paper.name, paper.form, paper.file_id) == ("Đơn đề nghị đã ký số", "original", row.file_id)
    assert paper.file is not None
    (verdict,) = queries.verdicts_on(read_bytes(paper.file), at=timezone.now())
    assert (verdict.state, verdict.signer) == ("valid", town.applicant.name)
    event = Event.objects.get(kind="application.signed")
    assert event.references["certificate"] == key.fingerprint
    assert SigningDocument.objects.get().signed is None
    check_signatures(paper.file.pk, at=timezone.now())
    sign_in(client, draft.account)
    own = client.get(reverse("dossiers:my-dossier", args=[dossier.number])).content.decode()
    sign_in(client, town.reception)
    desk = client.get(reverse("dossiers:desk-papers", args=[dossier.number])).content.decode()
    for page in (own, desk):
        assert "Đơn đề nghị đã ký số" in page
        assert told([verdict])[0].text in unescape(page)


@required
def test_what_was_changed_since_is_not_signed(town: Town) -> None:
    draft, key = complete(town), key_of(town.applicant)
    with pytest.raises(Refused) as caught:
        send(town, draft)
    assert caught.value.code == "not_signed"
    first = sign(draft, key)
    before = first.file_id
    change(draft)
    with pytest.raises(Refused) as caught:
        send(town, draft)
    assert caught.value.code == "not_signed"
    sign(draft, key)
    first.refresh_from_db()
    assert (first.state, first.file) == ("void", None)
    assert before is not None
    assert not StoredFile.objects.get(pk=before).kept
    assert send(town, draft).papers.count() == 1


def test_a_policy_has_it_raised_and_the_paper_keeps_the_newer_version(town: Town) -> None:
    now = timezone.now()
    SigningPolicy.objects.create(
        level=DocumentLevel.APPLICANT, lasting="B-T", valid_from=timezone.localdate(), decided_at=now
    )
    draft = complete(town)
    sign(draft, key_of(town.applicant))
    dossier = send(town, draft)
    paper, waiting = dossier.papers.get(), SignedFile.objects.get(subject=dossier.stream)
    old = paper.file
    assert old is not None
    assert (waiting.file, waiting.wanted) == (old, "B-T")
    newer = store_bytes(read_bytes(old) + b"%", name=old.name, media_type=old.media_type, by=None)
    for _ in range(2):
        take_raised(old_file=old.pk, new_file=newer.pk)
    paper.refresh_from_db()
    old.refresh_from_db()
    assert (paper.file, old.kept) == (newer, False)


def test_the_pages_ask_the_database_little(town: Town, client: Client, django_assert_num_queries: Any) -> None:
    draft = complete(town)
    sign(draft, key_of(town.applicant))
    sign_in(client, draft.account)
    review = reverse("dossiers:apply-review", args=[draft.pk])
    with django_assert_num_queries(9):
        client.get(review)
    with django_assert_num_queries(7):
        client.get(reverse("signing:own-means"))
    with CaptureQueriesContext(connection) as asked:
        client.post(review, {"declared": "yes"})
    assert len([query for query in asked if "SAVEPOINT" not in query["sql"]]) <= 20
    assert Dossier.objects.exists()


@required
def test_the_page_says_that_the_signature_is_missing_and_offers_no_other_way(town: Town, client: Client) -> None:
    draft = complete(town)
    sign_in(client, draft.account)
    refused = client.post(reverse("dossiers:apply-review", args=[draft.pk]), {"declared": "yes"})
    assert refused.status_code == 422
    assert "phải được ký bằng chữ ký số trước khi gửi" in refused.content.decode()
    page = client.get(reverse("dossiers:apply-sign", args=[draft.pk])).content.decode()
    assert reverse("signing:own-means-add") in page
    assert "gửi không ký số" not in page


@required
def test_over_other_ways_online_it_is_refused_and_at_the_counter_nobody_asks(town: Town) -> None:
    with pytest.raises(Refused) as caught:
        submit(town)
    assert caught.value.code == "not_signed"
    assert submit(town, channel="counter").pk


def test_a_phone_that_refuses_or_keeps_silent_leaves_what_was_typed(town: Town, client: Client, settings: Any) -> None:
    draft, key = complete(town), key_of(town.applicant, provider=simulator.CODE)
    sign_in(client, draft.account)
    page, wait = (reverse(f"dossiers:apply-{each}", args=[draft.pk]) for each in ("sign", "signing"))
    opened = settings.SIGNING_PROVIDERS
    settings.SIGNING_PROVIDERS = {simulator.CODE: {"kind": simulator.CODE}}  # closed to the public since
    assert press(client, page, certificate=str(key.pk)).status_code == 403
    assert not ApplicationSigning.objects.exists()
    settings.SIGNING_PROVIDERS = opened
    review = reverse("dossiers:apply-review", args=[draft.pk])
    assert client.get(reverse("dossiers:apply-sign-form", args=[draft.pk]))["Content-Type"] == "application/pdf"
    assert press(client, page, certificate=str(key.pk))["Location"] == wait
    assert "Hãy xác nhận trên điện thoại" in client.get(wait).content.decode()
    again = press(client, page, certificate=str(key.pk))
    assert (again.status_code, ApplicationSigning.objects.count()) == (409, 1)
    assert client.post(review, {"declared": "yes"}).status_code == 422
    Simulator.answers["request-1"] = Declined(Decline.REFUSED)
    client.post(reverse("dossiers:apply-signing-check", args=[draft.pk]))
    ended = client.get(wait).content.decode()
    assert "Ký lại" in ended
    assert STILL_THERE in ended
    assert ApplicationSigning.objects.get().state == "void"
    Simulator.answers.clear()
    press(client, page)
    client.post(reverse("dossiers:apply-signing-cancel", args=[draft.pk]))
    assert set(ApplicationSigning.objects.values_list("state", flat=True)) == {"void"}
    draft.refresh_from_db()
    assert draft.typed == TYPED
    assert client.post(review, {"declared": "yes"})["Location"] == reverse("dossiers:apply-sent", args=[draft.pk])
    assert not Dossier.objects.get().papers.exists()


def test_an_answer_is_put_in_when_nobody_looks_and_thrown_away_when_the_draft_is_gone(town: Town) -> None:
    key, now = key_of(town.applicant, provider=simulator.CODE), timezone.now()
    for gone, state in ((False, "done"), (True, "void")):
        Simulator.answers.clear()
        draft = complete(town)
        row = sign(draft, key)
        if gone:
            actions.discard_draft(draft)
        Simulator.answers["request-1"] = Simulator.answers["signed"]
        assert row.transaction_id is not None
        settle_signing(transaction_id=row.transaction_id, at=now)
        conclude_signings(list(Event.objects.filter(stream=f"signing:{row.transaction_id}").order_by("version")))
        run_jobs()
        row.refresh_from_db()
        assert (row.state, row.file is None) == (state, gone)
        assert SigningDocument.objects.get(transaction=row.transaction_id).signed is None


def test_a_signed_file_stays_only_where_a_draft_or_a_dossier_has_it(town: Town) -> None:
    key = key_of(town.applicant)
    kept, stale, orphan, sent = (sign(complete(town), key) for _ in range(4))
    Draft.objects.filter(pk=orphan.application).delete()  # as with its account, its person or its version
    changed = Draft.objects.get(pk=stale.application)
    change(changed)
    send(town, changed)
    paper = Paper.objects.get(dossier=send(town, Draft.objects.get(pk=sent.application)))
    assert paper.file_id == sent.file_id
    assert actions.forget_orphaned() == 3
    assert actions.forget_orphaned() == 0
    for row, stays in ((kept, True), (stale, False), (orphan, False), (sent, True)):
        assert row.file is not None
        row.file.refresh_from_db()
        assert row.file.kept == stays


def test_each_signs_in_their_own_name_and_a_company_through_those_who_speak_for_it(town: Town) -> None:
    company, clerk, postman = make_business(), town.applicant, make_citizen(name="Nhân Viên Bưu Điện")
    day = timezone.localdate() - timedelta(days=9)
    for person, kind in ((clerk, "authorised"), (postman, "service")):
        Representation.objects.create(party=company, representative=person, kind=kind, valid_from=day)
    draft = complete(town, applicant=company)
    with pytest.raises(NotAllowed):
        sign(draft, key_of(clerk))
    row = sign(draft, key_of(company))
    assert (row.state, row.signer) == ("done", company)
    brought = complete(town, applicant=company, by=postman)
    with pytest.raises(Refused) as caught:
        sign(brought, key_of(postman))
    assert caught.value.code == "not_asked"
    with pytest.raises(Refused):
        sign(draft, key_of(company), by=account_of(postman))
