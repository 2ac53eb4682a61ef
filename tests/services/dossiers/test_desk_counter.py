"""Reception at the counter: a visitor without telephone, e-mail or account is served fully."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from motcua.kernel.events.models import Event
from motcua.people.accounts.sealing import identity_hash
from motcua.people.citizens.actions import merge, register_party
from motcua.people.citizens.models import Party
from motcua.people.officers.models import DeclaredRelative
from motcua.services.dossiers.models import Dossier, Draft, FeeLine
from tests.factories import sign_in
from tests.services.dossiers.factories import Town, make_town

pytestmark = pytest.mark.django_db
CARD = "001099000077||Phạm Thị Mẫu|01021999|Nữ|Xã Mẫu Sơn|01072024"
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
ANSWERS = {
    "applicant.name": "Phạm Thị Mẫu",
    "applicant.identity_number": "001099000077",
    "record.kind": "civil_status",
    "record.name": "Giấy khai sinh",
    "record.holder": "Phạm Thị Mẫu",
    "copies": "2",
    "exemption": "none",
    "return_method": "desk",
}


def content_of(response: Any) -> bytes:
    """All of a streamed answer."""
    return b"".join(response.streaming_content)


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.fixture
def reception(town: Town) -> Client:
    return sign_in(Client(), town.reception)


def begin(town: Town, reception: Client, case: str = "holder") -> tuple[Draft, str]:
    page = reception.get(reverse("dossiers:desk-counter"), {"q": CARD})
    assert "Phạm Thị Mẫu" in page.content.decode()
    person = {"kind": "citizen", "identity_number": "001099000077", "name": "Phạm Thị Mẫu"}
    response = reception.post(reverse("dossiers:desk-counter-register"), person)
    assert response.status_code == 302
    party = Party.objects.get(identity_number="001099000077")
    found = reception.get(response["Location"] + "&procedure=bản sao").content.decode()
    assert "Cấp bản sao từ sổ gốc" in found
    chosen = {"person": party.pk, "code": town.version.procedure.code, "case": case, "channel": "counter"}
    response = reception.post(reverse("dossiers:desk-counter-start"), chosen)
    assert response.status_code == 302
    return Draft.objects.get(), response["Location"]


def test_somebody_new_is_served_fully(town: Town, reception: Client) -> None:
    _draft, url = begin(town, reception)
    assert "Phạm Thị Mẫu" in reception.get(url).content.decode()
    shown = {"paper-identity-form": "shown", "paper-identity-no_scan": "shown_only"}
    shown["paper-identity-valid_to"] = "2031-05-06"
    by_post = {"return_method": "post", "return_address": "x" * 251}
    mistyped = {"paper-identity-valid_to": "0031-05-06"}
    refused = reception.post(url, {**ANSWERS, **shown, **mistyped, "return_address": "", "do": "receive"})
    assert (refused.status_code, "Hãy kiểm tra lại năm" in refused.content.decode()) == (422, True)
    refused = reception.post(url, {**ANSWERS, **shown, **by_post, "do": "receive"})
    assert refused.status_code == 422
    assert "x" * 251 in refused.content.decode()
    response = reception.post(url, {**ANSWERS, **shown, "return_address": "", "do": "receive"})
    assert response.status_code == 302, response.content.decode()
    for again in (reception.post(url, {**ANSWERS, **shown, "do": "receive"}), reception.get(url)):
        assert again["Location"] == response["Location"]  # pressed twice, or by the back button
    dossier = Dossier.objects.get()
    assert (dossier.state, dossier.channel) == ("in_process", "counter")
    paper = dossier.papers.get()
    assert (paper.no_scan_reason, paper.valid_to) == ("shown_only", date(2031, 5, 6))
    validity = reverse("dossiers:desk-act-on", args=[dossier.number, "paper_validity", paper.pk])
    papers = reverse("dossiers:desk-papers", args=[dossier.number])
    shown_papers = reception.get(papers).content.decode()
    assert validity in shown_papers
    assert "Có giá trị đến 06/05/2031" in shown_papers
    assert "2031-05-06" in reception.get(validity).content.decode()
    for wrong in ("mai", "0031-05-06", "1899-12-31", "2931-05-06"):
        assert reception.post(validity, {"valid_to": wrong}).status_code == 422
    for typed in ("2032-05-06", ""):
        assert reception.post(validity, {"valid_to": typed})["Location"] == papers
    assert "Có giá trị đến" not in reception.get(papers).content.decode()
    told = Event.objects.filter(kind="dossier.paper_validity_stated").order_by("version").values_list("references")
    days = [tuple(each.get(name) for name in ("valid_to", "was")) for (each,) in told]
    assert days == [("2032-05-06", "2031-05-06"), (None, "2032-05-06")]
    story = reception.get(reverse("dossiers:desk-story", args=[dossier.number])).content.decode()
    assert "có giá trị đến 06/05/2032 (trước đó ghi đến 06/05/2031)" in story
    assert "Không còn ghi nhận một giấy tờ có giá trị đến 06/05/2032" in story
    received = reception.get(response["Location"]).content.decode()
    assert f"?person={dossier.applicant_id}" in received
    receipt = reception.get(reverse("dossiers:desk-receipt", args=[dossier.number]))
    assert content_of(receipt).startswith(b"%PDF")
    reception.post(reverse("dossiers:desk-collect", args=[dossier.number]), {"method": "cash"})
    assert FeeLine.objects.get().state == "collected"
    assert not Draft.objects.exists()
    assert reception.get(reverse("dossiers:desk-counter"), {"q": CARD}).status_code == 302


def test_what_is_missing_is_named_and_nothing_typed_is_lost(town: Town, reception: Client) -> None:
    draft, url = begin(town, reception, case="relative")
    response = reception.post(url, {**ANSWERS, "copies": "", "do": "receive"})
    assert response.status_code == 422
    assert "Giấy khai sinh" in response.content.decode()
    response = reception.post(url, {**ANSWERS, "do": "receive"})
    assert response.status_code == 422
    assert "#paper-relation" in response.content.decode()
    scan = SimpleUploadedFile("quan-he.pdf", PDF, content_type="application/pdf")
    reception.post(url, {**ANSWERS, "paper-relation-form": "original", "paper-relation-file": scan, "do": "save"})
    assert draft.files.get().case_paper is not None
    response = reception.post(url, {**ANSWERS, "paper-relation-form": "original", "do": "receive"})
    assert response.status_code == 302
    paper = Dossier.objects.get().papers.get()
    assert (paper.form, paper.digitised) == ("original", True)


def test_a_wrong_number_of_the_representative_loses_nothing_typed(town: Town, reception: Client) -> None:
    draft, url = begin(town, reception)
    broken = SimpleUploadedFile("quan-he.exe", b"MZ", content_type="application/pdf")
    for more in ({"counter-representative": "001099999999"}, {"paper-identity-file": broken}):
        response = reception.post(url, {**ANSWERS, **more, "record.name": f"Sổ {len(more)}", "do": "save"})
        assert response.status_code in {404, 415, 422}
        assert all(str(text) in response.content.decode() for name, text in more.items() if name.endswith("tive"))
        draft.refresh_from_db()
        assert draft.typed["record.name"] == ["Sổ 1"]
        Draft.objects.update(typed={})


def test_an_officer_receives_no_dossier_of_a_relative(town: Town, reception: Client) -> None:
    _draft, url = begin(town, reception)
    number = identity_hash("001099000077")
    DeclaredRelative.objects.create(officer=town.reception.officer, identity_hash=number, relation="Chị")
    assert reception.post(url, {**ANSWERS, "do": "receive"}).status_code == 403
    party = Party.objects.get(identity_number="001099000077")
    chosen = {"person": party.pk, "code": town.version.procedure.code}
    assert reception.post(reverse("dossiers:desk-counter-start"), chosen).status_code == 403
    twin = register_party(kind="citizen", name=party.name, by=None)  # the number stands in the record that is kept
    merge(duplicate=twin, into=party, by=town.reception)
    assert reception.post(reverse("dossiers:desk-counter-start"), chosen | {"person": twin.pk}).status_code == 403
    assert not Dossier.objects.exists()


def test_only_reception_has_a_counter(town: Town) -> None:
    assert sign_in(Client(), town.leader).get(reverse("dossiers:desk-counter")).status_code == 403
