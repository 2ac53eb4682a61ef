"""Each who applies together with others signs with a certificate of their own before they confirm."""

from dataclasses import replace
from functools import cache

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.engines.signing import queries
from motcua.engines.signing.actions import settle_signing
from motcua.engines.signing.models import SigningDocument, SigningTransaction
from motcua.engines.signing.providers.interface import Decline, Declined
from motcua.engines.signing.verification import examine
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Refused
from motcua.people.citizens.models import Party
from motcua.services.dossiers import actions
from motcua.services.dossiers.applications import application_of
from motcua.services.dossiers.joining import Together
from motcua.services.dossiers.models import ApplicationSigning, CoApplicant, Draft
from motcua.services.procedures.packages import CheckedPackage
from motcua.services.procedures.packages.reading import read_manifest
from tests.engines.signing import simulator
from tests.engines.signing.simulator import Simulator
from tests.factories import make_citizen, sign_in
from tests.services.dossiers.factories import Town, make_town
from tests.services.dossiers.joint import confirm, invite, jointly
from tests.services.dossiers.test_applying import (
    STILL_THERE,
    account_of,
    change,
    complete,
    key_of,
    nobody_answers,  # noqa: F401 - a fixture
    press,
    seen_at,
    send,
)

pytestmark = pytest.mark.django_db


@cache
def signed_jointly() -> CheckedPackage:
    package = jointly(least=1)
    content = package.files["procedure.yaml"].decode().replace("form: form.json", _REQUIRED).encode()
    manifest, _fields = read_manifest(content)
    return replace(package, manifest=manifest, files={**package.files, "procedure.yaml": content})


_REQUIRED = "applicant_signature: required\n\nform: form.json"


@pytest.fixture
def town() -> Town:
    return make_town(signed_jointly())


@pytest.fixture
def spouse() -> Party:
    return make_citizen(name="Phạm Thị Mẫu", identity_number="001199000002")


def page_of(person: CoApplicant, page: str = "sign") -> str:
    return reverse(f"dossiers:my-joint-{page}", args=[person.pk])


def test_who_applies_too_signs_first_and_then_confirms(town: Town, spouse: Party) -> None:
    draft, other = complete(town), sign_in(Client(), account_of(spouse))
    first = sign_in(Client(), draft.account)
    person = invite(first, draft)
    own, theirs = key_of(town.applicant), key_of(spouse, provider=simulator.CODE)
    pages = ("sign", "sign-form", "signing", "signing-check")
    sign, form, wait, check = (page_of(person, page) for page in pages)
    seen = Together(application_of(draft)).digest
    unsigned = confirm(other, person, seen)
    assert unsigned.status_code == 422
    assert sign in unsigned.content.decode()
    assert [each.get(form).status_code for each in (other, first)] == [200, 404]
    assert press(other, sign, certificate=str(own.pk)).status_code == 422
    assert press(other, sign, certificate=str(theirs.pk))["Location"] == wait
    actions.sign_application(draft.pk, by=draft.account, certificate=own, seen=seen)  # neither waits for the other
    assert confirm(other, person, seen).status_code == 422
    Simulator.answers["request-1"] = Simulator.answers["signed"]
    other.post(check)
    assert theirs.subject in other.get(wait).content.decode()
    assert confirm(other, person).status_code == 302
    change(draft)
    with pytest.raises(Refused):
        send(town, draft)
    draft.typed = {**draft.typed, "copies": ["2"]}
    draft.save(update_fields=["typed"])
    dossier = send(town, draft)
    papers = list(dossier.papers.select_related("file").order_by("position", "id"))
    assert [paper.name for paper in papers] == ["Đơn đề nghị đã ký số", "Đơn đề nghị đã ký số (Phạm Thị Mẫu)"]
    files = [read_bytes(paper.file) for paper in papers if paper.file is not None]
    verdicts = [examine(file, anchors=queries.trusted_authorities(), at=timezone.now())[0] for file in files]
    assert [(each.state, each.signer) for each in verdicts] == [("valid", town.applicant.name), ("valid", spouse.name)]
    actions.forget_orphaned()
    assert all(paper.file is not None and paper.file.kept for paper in papers)
    assert set(ApplicationSigning.objects.values_list("state", flat=True)) == {"done"}


def test_nobody_signs_what_they_were_not_shown(town: Town, spouse: Party) -> None:
    """The draft changes between the page and the button: its writer's as well as who applies, too."""
    draft, other = complete(town), sign_in(Client(), account_of(spouse))
    first = sign_in(Client(), draft.account)
    theirs, own = page_of(invite(first, draft)), reverse("dossiers:apply-sign", args=[draft.pk])
    keys = {theirs: key_of(spouse), own: key_of(town.applicant)}
    hands = [(other, theirs, seen_at(other, theirs)), (first, own, seen_at(first, own))]
    change(draft)
    for browser, page, seen in hands:
        for shown in (seen, ""):
            refused = browser.post(page, {"certificate": str(keys[page].pk), "seen": shown})
            assert refused.status_code == 409
            assert "Nội dung hồ sơ đã thay đổi. Xin đọc lại." in refused.content.decode()
    assert not SigningTransaction.objects.exists()
    assert not ApplicationSigning.objects.exists()
    for browser, page, seen in hands:
        assert press(browser, page, certificate=str(keys[page].pk)).status_code == 302
        assert seen != Together(application_of(draft)).digest
    digests = set(ApplicationSigning.objects.filter(state="done").values_list("digest", flat=True))
    assert digests == {Together(application_of(draft)).digest}


def take_out(draft: Draft, person: CoApplicant) -> None:
    actions.remove_co_applicant(draft.pk, by=draft.account, person=person.pk)


def test_the_signature_of_who_is_taken_out_goes_with_them(town: Town, spouse: Party) -> None:
    draft, other = complete(town), sign_in(Client(), account_of(spouse))
    first = sign_in(Client(), draft.account)
    person = invite(first, draft)
    press(other, page_of(person), certificate=str(key_of(spouse).pk))
    done = ApplicationSigning.objects.get(state="done")
    signed = done.file_id
    assert signed is not None
    CoApplicant.objects.filter(pk=person.pk).update(party=None)  # as one who is invited by number alone
    take_out(draft, person)
    again = invite(first, draft)
    press(other, page_of(again), certificate=str(key_of(spouse, provider=simulator.CODE).pk))
    waits = ApplicationSigning.objects.get(state="waiting")
    take_out(draft, again)
    Simulator.answers["request-1"] = Simulator.answers["signed"]
    assert waits.transaction_id is not None
    settle_signing(transaction_id=waits.transaction_id, at=timezone.now())
    actions.conclude_signing(waits.transaction_id)
    for row in (done, waits):
        row.refresh_from_db()
        assert (row.state, row.file) == ("void", None)
    assert not StoredFile.objects.get(pk=signed).kept
    assert SigningDocument.objects.get(transaction=waits.transaction_id).signed is None


def test_a_phone_that_refuses_says_nothing_of_what_another_has_typed(town: Town, spouse: Party) -> None:
    draft, other = complete(town), sign_in(Client(), account_of(spouse))
    person = invite(sign_in(Client(), draft.account), draft)
    press(other, page_of(person), certificate=str(key_of(spouse, provider=simulator.CODE).pk))
    Simulator.answers["request-1"] = Declined(Decline.REFUSED)
    other.post(page_of(person, "signing-check"))
    ended = other.get(page_of(person, "signing")).content.decode()
    assert "Ký lại" in ended
    assert STILL_THERE not in ended
