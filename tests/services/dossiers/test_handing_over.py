"""Results are handed over against a signature or the receipt's code, and the event tells which."""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.kernel.blobs.actions import UNKEPT_LIFE, sweep
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.events.models import Event
from motcua.kernel.identifiers.models import new_id
from motcua.kernel.identifiers.secrets import could_hold_one
from motcua.kernel.web.rate_limit import TooMany
from motcua.services.dossiers import actions
from motcua.services.dossiers.models import Dossier, ReturnSlip
from motcua.services.dossiers.pages.desk.uploads import MOST_FILES
from motcua.services.dossiers.secrets import lookup_secret, lookup_url
from motcua.services.dossiers.timeline import timeline
from tests.factories import make_officer
from tests.services.dossiers.factories import Town, accept, finish, make_town, pay, submit
from tests.services.dossiers.processes import PLAIN, package
from tests.services.dossiers.refusals import refused
from tests.services.dossiers.test_actions import scan
from tests.services.dossiers.test_desk_flow import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town(package(*PLAIN))


def given_back(town: Town, **given: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the event of a result's return tells, and what of it may be erased."""
    dossier = accept(town, submit(town))
    finish(town, dossier, "ok", None)
    pay(town, dossier)
    number = given.pop("number", "")
    values: dict[str, Any] = {"method": "desk", "number": number(dossier) if callable(number) else number, **given}
    actions.return_result(dossier.pk, to_name="Lê Thị Nhận", by=town.actor(town.reception), **values)
    event = Event.objects.select_related("payload").get(stream=dossier.stream, kind="dossier.returned")
    (entry,) = [each for each in timeline(dossier, for_officers=True) if each.kind == "dossier.returned"]
    return {**event.references, "detail": entry.detail}, event.personal


def test_the_event_tells_which_proof_of_the_handing_over_was_given(town: Town) -> None:
    told, personal = given_back(town, proof="signature", number="15, quyển 2")
    assert (told["proof"], personal["number"]) == ("signature", "15, quyển 2")
    assert told["detail"].partition("; ")[2] == "đã ký nhận trong sổ giấy, dòng 15, quyển 2"

    slip = scan("đã ký")
    told, personal = given_back(town, proof="signature", slip=slip.pk)
    kept = ReturnSlip.objects.get()
    assert (told["proof"], told["file"], "number" in personal) == ("signature", str(slip.blob_id), False)
    assert (kept.file, kept.file.kept, kept.dossier.state) == (slip, True, "returned")

    shown: list[Callable[[Dossier], str]] = [lambda dossier: lookup_secret(dossier.pk).lower(), lookup_url]
    for typed in shown:
        told, personal = given_back(town, proof="code", number=typed)
        assert (told["proof"], personal) == ("code", {"to": "Lê Thị Nhận"})

    told, personal = given_back(town, method="post", number="EA000000001VN", slip=scan("biên lai").pk)
    assert (told["proof"], personal["number"]) == ("parcel", "EA000000001VN")
    assert (ReturnSlip.objects.count(), "file" in told) == (2, True)
    told, personal = given_back(town, method="online")
    assert ("proof" in told, personal) == (False, {"to": "Lê Thị Nhận"})


@pytest.mark.parametrize("line", ["15, quyển 2", "quyen 2 hang 35", "2345/2026 TRANG 23", "STT 0012", "12", ""])
def test_a_line_of_a_book_does_not_read_like_a_secret(line: str) -> None:
    assert not could_hold_one(line)


def test_a_result_is_not_handed_over_without_a_proof_that_holds(town: Town) -> None:
    dossier, other = accept(town, submit(town)), accept(town, submit(town))
    finish(town, dossier, "ok", None)
    pay(town, dossier)

    def hand_over(**given: Any) -> None:
        values = {"method": "desk", "to_name": "Lê Thị Nhận", "by": town.actor(town.reception), **given}
        actions.return_result(dossier.pk, **values)

    refused(hand_over, "required")
    refused(lambda: hand_over(proof="parcel", number="12"), "required")
    refused(lambda: hand_over(proof="signature"), "required")
    refused(lambda: hand_over(proof="code"), "required")
    refused(lambda: hand_over(proof="signature", number="ký nhận"), "required")
    refused(lambda: hand_over(proof="signature", slip=new_id()), "not_found", NotFound)
    theirs, signed = lookup_secret(other.pk), scan("đã ký").pk
    for written in (
        theirs.lower(), f"{theirs[:4]} {theirs[4:8]}-{theirs[8:]}", f"dòng 3, {theirs}", "02/GTN", "2/gtn",
        other.code.lower(), f"15 ({other.submission_number})",
    ):  # fmt: skip
        for kept in (None, signed):
            refused(partial(hand_over, proof="signature", number=written, slip=kept), "other_receipt")
    secret = lookup_secret(dossier.pk).lower()
    for written in (secret, lookup_url(dossier), lookup_url(other)):  # event, book and timeline would tell it for good
        for method in ("desk", "post", "online"):
            refused(partial(hand_over, method=method, proof="signature", number=written), "receipt_code")
        refused(partial(hand_over, to_name=written, proof="code", number=secret), "receipt_code")
    slip = scan("đã ký").pk
    refused(lambda: hand_over(method="online", slip=slip), "online")
    refused(lambda: hand_over(method="online", number="12"), "online")
    for wrong in ("AAAA-BBBB-CCCC", lookup_secret(other.pk), lookup_url(other), "https://[", "https://a.vn/track/"):
        with pytest.raises(Refused) as caught:  # outside a transaction, so that the try counts
            hand_over(proof="code", number=wrong)
        assert (caught.value.code, caught.value.field) == ("wrong_code", "number")
    with pytest.raises(TooMany):
        hand_over(proof="code", number=lookup_secret(dossier.pk))
    hand_over(proof="signature", number=f"1/GTN, {dossier.code}", slip=slip)  # what is its own may be quoted
    assert ReturnSlip.objects.get(dossier=dossier).file_id == slip


def test_a_signed_slip_is_not_chosen_again_when_the_handing_over_is_refused(town: Town) -> None:
    dossiers = [accept(town, submit(town)) for _each in range(2)]
    for each in dossiers:
        finish(town, each, "ok", None)
        pay(town, each)
    dossier, other = dossiers
    client, colleague = desk(town.reception), desk(make_officer(roles=["return"], office=town.office))

    def hand_over(of: Dossier = dossier, by: Client = client, **given: Any) -> tuple[int, str, list[str]]:
        values = {"method": "desk", "to_name": "Lê Thị Nhận", "proof": "signature", "number": "", **given}
        response = by.post(reverse("dossiers:desk-act", args=[of.number, "return"]), values)
        shown = response.content.decode()
        return response.status_code, shown, re.findall(r'name="held-slip"[^>]*? value="([^"]+)"', shown)

    def paper(name: str) -> SimpleUploadedFile:
        return SimpleUploadedFile(name, b"%PDF-1.7\n" + name.encode() + b"\n%%EOF\n")

    status, shown, (first,) = hand_over(proof="code", number="AAAA-BBBB-CCCC", slip=paper("nham.pdf"))
    assert (status, "nham.pdf (" in shown) == (422, True)
    for worse in ({}, {"slip": paper("la.exe")}):  # what is there stays, also when what follows is not accepted
        _status, shown, (first,) = hand_over(to_name="", **{"held-slip": first}, **worse)
        assert ("nham.pdf (" in shown, "la.exe: " in shown) == (True, bool(worse))
    status, shown, (second,) = hand_over(to_name="", slip=paper("phieu.pdf"), **{"held-slip": first})
    assert ("phieu.pdf (" in shown, "nham.pdf" in shown) == (True, False)
    for given in ({"of": other}, {"by": colleague}, {"held-slip": "1"}):  # is of one dossier and one officer
        status, shown, left = hand_over(**{"held-slip": second, **given})
        assert (status, "Tệp không còn trên hệ thống" in shown, left) == (422, True, [])
    assert hand_over(**{"held-slip": second})[0] == 302
    kept = ReturnSlip.objects.get()
    assert (kept.dossier_id, kept.file.name, kept.file.kept) == (dossier.pk, "phieu.pdf", True)

    _status, _shown, (third,) = hand_over(of=other, to_name="", slip=paper("sau.pdf"))
    sweep(now=timezone.now() + UNKEPT_LIFE + timedelta(minutes=1))
    status, shown, left = hand_over(of=other, number="12", **{"held-slip": third})
    assert (status, "Tệp không còn trên hệ thống" in shown, left) == (422, True, [])


def test_more_files_than_an_act_takes_are_refused_and_none_is_lost(town: Town) -> None:
    dossier = submit(town)
    by = town.actor(town.reception)
    actions.request_supplement(dossier.pk, items=["Bản vẽ"], reason="Còn thiếu", by=by)
    client = desk(town.reception)

    def answer(*names: str, held: Sequence[str] = (), **given: Any) -> tuple[int, str, list[str]]:
        files = [SimpleUploadedFile(name, b"%PDF-1.7\n" + name.encode() + b"\n%%EOF\n") for name in names]
        values = {"answer": "Đã đủ", "files": files, "held-files": held, **given}
        response = client.post(reverse("dossiers:desk-act", args=[dossier.number, "answer_supplement"]), values)
        shown = response.content.decode()
        return response.status_code, shown, re.findall(r'name="held-files"[^>]*? value="([^"]+)"', shown)

    names = [f"{number:02}.pdf" for number in range(MOST_FILES)]
    status, shown, held = answer(*names, "20.pdf")
    assert (status, "Mỗi lần chọn nhiều nhất 20 mục." in shown, held) == (422, True, [])
    status, shown, held = answer(*names, version="1")
    assert (status, len(held)) == (409, MOST_FILES)
    status, shown, held = answer("20.pdf", held=held)
    assert (status, "20.pdf (" in shown, len(held)) == (422, True, MOST_FILES + 1)
    status, shown, left = answer("21.pdf", held=[*held[1:-1], "1"])  # one of those before is there no more
    assert (status, "Tệp không còn trên hệ thống" in shown, len(left)) == (422, True, MOST_FILES)
    assert answer(held=held[1:])[0] == 302
    assert sorted(dossier.papers.values_list("file__name", flat=True)) == [*names[1:], "20.pdf"]
