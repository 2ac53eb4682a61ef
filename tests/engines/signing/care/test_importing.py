"""Ways of signing that administrators bring in, by a form and by a list."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from motcua.engines.signing.care.cli import import_signing_means
from motcua.engines.signing.models import HolderKind, SigningCertificate, SigningMeans
from motcua.engines.signing.providers.interface import Holder, Means, Question
from motcua.engines.signing.providers.registry import registry
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office
from tests.engines.signing import simulator
from tests.engines.signing.factories import LEADER
from tests.engines.signing.simulator import Simulator
from tests.factories import make_office, make_officer, sign_in

pytestmark = pytest.mark.django_db
LIST, ONE = reverse("signing:means-import"), reverse("signing:means-register")
PHONE = Question("phone", "Số điện thoại", pattern=r"0\d{9}")


@pytest.fixture(autouse=True)
def service(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asks for a phone number, and only an administrator may register its keys."""
    monkeypatch.setattr(Simulator, "asks", (PHONE,))
    monkeypatch.setattr(Simulator, "proof_first", True)


@pytest.fixture
def both(signature: SigningCertificate, seal: SigningCertificate, leader: Account) -> str:
    """A list with the signature of the leader and the seal of the office; the service has keys for both."""
    SigningCertificate.objects.all().delete()
    return f"""Người giữ,Phương tiện ký,Số điện thoại,Tên gọi
{leader.username.upper()},{simulator.CODE},0900000001,Máy 1
h99.7,{simulator.CODE},0900000002,
"""


def upload(client: Client, text: str) -> Any:
    return client.post(LIST, {"file": SimpleUploadedFile("danh-sach.csv", text.encode())})


def registered() -> set[tuple[str, str]]:
    return {(each.holder_kind, each.values["phone"]) for each in SigningMeans.objects.filter(provider=simulator.CODE)}


def test_a_list_is_checked_confirmed_and_registered_once(client: Client, administrator: Account, both: str) -> None:
    sign_in(client, administrator, confirmed=True)
    assert simulator.CODE in client.get(LIST).content.decode()
    assert "Đăng ký 2 phương tiện ký?" in upload(client, both).content.decode()
    assert registered() == set()
    assert "Đã đăng ký 2 phương tiện ký." in client.post(LIST, {"confirm": "1"}).content.decode()
    assert registered() == {("officer", "0900000001"), ("office", "0900000002")}
    assert SigningCertificate.objects.count() == 2
    assert "đều đã được đăng ký" in upload(client, both).content.decode()


def test_every_wrong_line_is_named_and_nothing_is_stored(client: Client, administrator: Account, both: str) -> None:
    lines = (
        both + both.splitlines()[1] + "\nkhong.ai,pigeon,1,\nh99.7,software-key,,\nh99.7," + simulator.CODE + ",12,\n"
    )
    content = upload(sign_in(client, administrator, confirmed=True), lines).content.decode()
    for words in (
        "có hai lần trong danh sách", "mang tên đăng nhập hoặc mã này", "chưa được cài đặt",
        "không đăng ký khóa trình diễn", "“Số điện thoại” còn thiếu",
    ):  # fmt: skip
        assert words in content
    client.post(LIST, {"confirm": "1"})
    assert registered() == set()
    assert upload(client, "a,b\n1,2\n").status_code == 422
    assert client.post(LIST, {}).status_code == 422


def test_what_a_service_refuses_is_named_and_the_same_list_does_the_rest(
    client: Client, administrator: Account, both: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, administrator, confirmed=True)
    upload(client, both)
    monkeypatch.setattr(Simulator, "silent", True)
    content = client.post(LIST, {"confirm": "1"}).content.decode()
    assert "Chưa đăng ký được" in content
    assert registered() == set()
    monkeypatch.setattr(Simulator, "silent", False)
    upload(client, both)
    client.post(LIST, {"confirm": "1"})
    assert len(registered()) == 2


def test_secrets_stand_in_no_file(
    client: Client, administrator: Account, both: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Simulator, "asks", (PHONE, Question("pin", "PIN", secret=True)))
    assert "thông tin bí mật" in upload(sign_in(client, administrator, confirmed=True), both).content.decode()


def test_one_is_registered_by_a_form_whatever_name_the_certificate_has(
    client: Client, administrator: Account, leader: Account, both: str
) -> None:
    sign_in(client, administrator, confirmed=True)
    assert "Simulated service" in client.get(ONE).content.decode()
    assert client.get(ONE, {"provider": simulator.CODE}).status_code == 200
    form = {"provider": simulator.CODE, "holder": "khong.ai", "phone": "0900000001"}
    assert 'value="0900000001"' in client.post(ONE, form).content.decode()
    done = client.post(ONE, form | {"holder": leader.username})
    certificate = SigningCertificate.objects.get()
    assert done["Location"] == reverse("signing:certificate", args=[certificate.pk])
    assert (certificate.holder_kind, certificate.holder_id) == (HolderKind.OFFICER, leader.pk)
    assert client.post(ONE, form | {"provider": "software-key"}).status_code == 404
    assert client.post(ONE, {"holder": leader.username}).status_code == 422


def test_an_offices_administrator_registers_for_their_own_people_only(
    client: Client, office: Office, leader: Account, both: str
) -> None:
    form = {"provider": simulator.CODE, "holder": leader.username, "phone": "0900000001"}
    stranger = make_officer(roles=["admin"], office=make_office("Sở Khác"))
    assert sign_in(Client(), stranger, confirmed=True).post(ONE, form).status_code == 422
    assert registered() == set()
    own = make_officer(roles=["admin"], office=office)
    Account.objects.filter(pk=leader.pk).update(display_name=LEADER)
    assert sign_in(client, own, confirmed=True).post(ONE, form).status_code == 302
    assert registered() == {("officer", "0900000001")}


def test_long_lists_go_through_the_command_line(
    tmp_path: Path, client: Client, administrator: Account, both: str
) -> None:
    assert upload(sign_in(client, administrator, confirmed=True), both + "x,y,z,\n" * 200).status_code == 422
    file = tmp_path / "danh-sach.csv"
    file.write_text(both)
    asked = [str(file), "--as", administrator.username]
    assert "2 to be registered" in CliRunner().invoke(import_signing_means, [*asked, "--dry-run"]).output
    assert registered() == set()
    assert CliRunner().invoke(import_signing_means, asked).exit_code == 0
    assert len(registered()) == 2
    file.write_text(both + "khong.ai,x,,\n")
    wrong = CliRunner().invoke(import_signing_means, asked)
    assert (wrong.exit_code, "Line 4" in wrong.output) == (1, True)


@pytest.mark.parametrize("by_list", [False, True])
def test_an_administrator_of_an_office_gives_nobody_a_key_in_another_name(
    client: Client, leader: Account, office: Office, both: str, by_list: bool
) -> None:
    """The sign server has everybody's keys; whoever could name any of them could sign as anybody."""
    sign_in(client, make_officer(roles=["admin"], office=office), confirmed=True)
    if by_list:
        upload(client, "\n".join(both.splitlines()[:2]))
        content = client.post(LIST, {"confirm": "1"}).content.decode()
    else:
        form = {"provider": simulator.CODE, "holder": leader.username, "phone": "0900000001"}
        content = client.post(ONE, form).content.decode()
    assert "đứng tên" in content
    assert registered() == set()


def test_a_key_that_the_house_uses_signs_for_one_holder(
    client: Client, administrator: Account, leader: Account, office: Office, both: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = {"provider": simulator.CODE, "phone": "0900000001"}
    assert (
        sign_in(client, administrator, confirmed=True).post(ONE, form | {"holder": leader.username}).status_code == 302
    )
    (theirs,) = registry[simulator.CODE].certificates(Means(Holder(HolderKind.OFFICER, leader.pk)))
    monkeypatch.setattr(Simulator, "certificates", lambda self, means: [theirs])
    colleague = make_officer(office=office)
    content = client.post(ONE, form | {"holder": colleague.username}).content.decode()
    assert "của người khác" in content
    assert SigningCertificate.objects.get().holder_id == leader.pk
