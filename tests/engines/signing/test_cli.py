"""The operator's commands, with SoftHSM as the sign server."""

import getpass
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import LazySettings
from django.http import HttpRequest
from django.utils import timezone
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm

from motcua.engines.signing import access, actions, cli, jobs, queries, rules
from motcua.engines.signing.models import (
    HolderKind,
    SigningCertificate,
    SigningDocument,
    SigningMeans,
    SigningTransaction,
)
from motcua.engines.signing.places import place_in
from motcua.engines.signing.providers import tokens
from motcua.engines.signing.providers.interface import Holder
from motcua.engines.signing.simulators.base import Misbehaviour
from motcua.engines.signing.simulators.mss import MobileSignatureService
from motcua.engines.signing.verification import State
from motcua.kernel.events.models import Event
from motcua.people.accounts.confirmation import LIFE, confirm
from motcua.people.accounts.models import Account
from tests.engines.signing import remote, simulator
from tests.engines.signing.bad_files import certified, locking
from tests.engines.signing.containers import office_document, openssl_accepts, parts
from tests.engines.signing.factories import AT, LEADER, decision, demo_authority, key_of, rendering
from tests.engines.signing.softhsm import SoftHSM, Token, issued
from tests.engines.signing.test_sign_server import PIN
from tests.factories import make_office, make_officer

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def empty_token(softhsm: SoftHSM) -> Token:
    made = softhsm.new_token(LEADER, at=AT, kinds=())
    tokens.module(str(softhsm.module)).restart()
    return made


@pytest.fixture
def hsm(
    softhsm: SoftHSM, empty_token: Token, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    """The provider ``hsm`` of this installation."""
    monkeypatch.setenv(PIN, empty_token.pin)
    section = {"kind": "sign-server", "module": str(softhsm.module), "token_label": empty_token.label}
    settings.SIGNING_PROVIDERS = {"hsm": section | {"pin_variable": PIN}}
    return settings.SIGNING_PROVIDERS["hsm"]


@pytest.fixture
def officer() -> Account:
    return make_officer(roles=["leader"])


def run(command: Any, *arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def ask(holder: str, csr: Path, *more: str) -> x509.CertificateSigningRequest:
    done = run(cli.sign_server_key, "--provider", "hsm", "--holder", holder, "--csr", csr, *more)
    assert done.exit_code == 0, done.output
    return x509.load_pem_x509_csr(csr.read_bytes())


def certify(request: x509.CertificateSigningRequest, file: Path) -> Path:
    der = issued(request.public_key(), LEADER, at=AT, days=3000)  # type: ignore[arg-type]
    file.write_bytes(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM))
    return file


@pytest.mark.parametrize("algorithm", ["rsa-2048", "p-256"])
def test_an_officer_gets_a_key_in_the_hsm_then_its_certificate_then_signs(
    hsm: dict[str, Any], officer: Account, tmp_path: Path, algorithm: str
):
    holder = f"officer:{officer.username}"
    actions.add_trust_anchor(der=demo_authority().certificate, demonstration=True, at=AT)
    request = ask(holder, tmp_path / "a.csr", "--algorithm", algorithm)
    assert request.is_signature_valid
    assert officer.display_name in request.subject.rfc4514_string()
    again = ask(holder, tmp_path / "b.csr", "--algorithm", algorithm)
    assert again.public_key() == request.public_key(), "the key waits for its certificate; no second one is made"

    pem = certify(request, tmp_path / "issued.pem")
    done = run(cli.sign_server_key, "--provider", "hsm", "--holder", holder, "--certificate", pem)
    assert done.exit_code == 0, done.output
    certificate = SigningCertificate.objects.get(holder_id=officer.pk)
    assert (certificate.provider, certificate.demonstration) == ("hsm", False)
    assert ask(holder, tmp_path / "c.csr").public_key() != request.public_key(), "the next one is a replacement"
    assert run(cli.sign_server_key, "--provider", "hsm", "--holder", holder, "--certificate", pem).exit_code == 0
    assert SigningMeans.objects.count() == 1

    (tmp_path / "a.pdf").write_bytes(rendering().pdf)
    told = run(cli.sign, tmp_path / "a.pdf", "--as", officer.username, "--provider", "hsm", "--reason", "Phê duyệt")
    assert told.exit_code == 0, told.output
    signed = (tmp_path / "a-signed.pdf").read_bytes()
    (verdict,) = queries.verdicts_on(signed, at=AT)
    assert (verdict.state, verdict.reason, verdict.signer) == (State.VALID, "Phê duyệt", LEADER)
    told_of = Event.objects.get(kind="signing.file_signed_by_operator")
    assert told_of.references["officer"] == str(officer.pk)
    assert told_of.references["operator"] == getpass.getuser()


def test_a_certificate_of_another_key_is_not_imported(hsm: dict[str, Any], officer: Account, tmp_path: Path):
    holder = f"officer:{officer.username}"
    ask(holder, tmp_path / "a.csr")
    other = x509.load_der_x509_certificate(key_of(LEADER).certificate)
    (tmp_path / "other.pem").write_bytes(other.public_bytes(Encoding.PEM))
    (tmp_path / "none.pem").write_text("no certificate")
    for name, code in (("other.pem", "HSM"), ("none.pem", "chứng thư")):
        told = run(cli.sign_server_key, "--provider", "hsm", "--holder", holder, "--certificate", tmp_path / name)
        assert (told.exit_code, code in told.output) == (1, True), told.output
    assert not SigningMeans.objects.exists()


def test_a_seal_belongs_to_an_office_by_its_code(hsm: dict[str, Any], tmp_path: Path):
    office = make_office()
    request = ask(f"office:{office.codes.get().code}", tmp_path / "a.csr")
    assert office.name[:64] in request.subject.rfc4514_string()
    for wrong, status in (("office:nowhere", 1), ("officer:nobody", 1), ("citizen:x", 2)):
        told = run(cli.sign_server_key, "--provider", "hsm", "--holder", wrong, "--csr", tmp_path / "b.csr")
        assert told.exit_code == status, told.output
    both = ["--provider", "hsm", "--holder", "office:x"]
    assert run(cli.sign_server_key, *both).exit_code == 2
    assert not (tmp_path / "b.csr").exists()


def sign_demo(file: Path, officer: Account, *more: object, provider: str = "software-key") -> Result:
    return run(cli.sign, file, "--as", officer.username, "--provider", provider, *more)


@pytest.fixture
def signer(officer: Account) -> Account:
    actions.issue_demo_certificate(
        holder_kind=HolderKind.OFFICER, holder_id=officer.pk, common_name=officer.display_name, at=AT
    )
    return officer


def fields_of(pdf: bytes) -> list[str]:
    return [each.field_name for each in PdfFileReader(io.BytesIO(pdf)).embedded_signatures]


def test_a_field_is_named_when_there_are_several(signer: Account, tmp_path: Path):
    file = tmp_path / "quyet-dinh.pdf"
    file.write_bytes(decision())
    told = sign_demo(file, signer)
    assert (told.exit_code, "KyChinh" in told.output and "DauCQ" in told.output) == (1, True), told.output
    assert sign_demo(file, signer, "--field", "KyNhay").exit_code == 1
    assert not (tmp_path / "quyet-dinh-signed.pdf").exists()
    told = sign_demo(file, signer, "--field", "KyChinh", "--out", tmp_path / "ra.pdf")
    assert told.exit_code == 0, told.output
    assert fields_of((tmp_path / "ra.pdf").read_bytes()) == ["KyChinh"]

    with_one, name = place_in(rendering().pdf)
    assert place_in(with_one) == (with_one, name), "the one that is there"


def test_xml_is_signed_too(signer: Account, tmp_path: Path):
    file = tmp_path / "to-khai.xml"
    file.write_bytes(b"<filing><amount>15000</amount></filing>")
    told = sign_demo(file, signer)
    assert told.exit_code == 0, told.output
    (verdict,) = queries.verdicts_on((tmp_path / "to-khai-signed.xml").read_bytes(), at=AT)
    assert (verdict.state, verdict.signer) == (State.VALID, signer.display_name)


def test_any_other_file_is_signed_in_a_container(signer: Account, tmp_path: Path):
    files = {"so-lieu.csv": b"a;b\n1;2\n", "to trinh.docx": office_document()}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
        told = sign_demo(tmp_path / name, signer, "--reason", "Gửi số liệu")
        assert told.exit_code == 0, told.output
        container = (tmp_path / f"{name}.asice").read_bytes()
        assert parts(container)[name] == content
        (verdict,) = queries.verdicts_on(container, at=AT)
        assert (verdict.state, verdict.covers, verdict.signer) == (State.VALID, (name,), signer.display_name)
    anchor = bytes(actions.create_demo_authority(at=AT).der)
    assert openssl_accepts(container, anchor, tmp_path, at=timezone.now())


def test_a_container_is_signed_again_where_it_is(signer: Account, tmp_path: Path):
    file = tmp_path / "so-lieu.csv"
    file.write_bytes(b"a;b\n")
    assert sign_demo(file, signer).exit_code == 0
    told = sign_demo(tmp_path / "so-lieu.csv.asice", signer, "--out", tmp_path / "hai.asice")
    assert told.exit_code == 0, told.output
    verdicts = queries.verdicts_on((tmp_path / "hai.asice").read_bytes(), at=AT)
    assert [(each.state, each.covers) for each in verdicts] == [(State.VALID, ("so-lieu.csv",))] * 2


def test_a_field_is_only_asked_of_a_pdf(signer: Account, tmp_path: Path):
    for name, content in (("a.csv", b"a;b\n"), ("a.xml", b"<a/>")):
        (tmp_path / name).write_bytes(content)
        told = sign_demo(tmp_path / name, signer, "--field", "KyChinh")
        assert (told.exit_code, "PDF" in told.output) == (1, True), told.output
    assert sorted(path.name for path in tmp_path.glob("a*")) == ["a.csv", "a.xml"]


def test_nothing_is_overwritten_unless_asked(signer: Account, tmp_path: Path):
    file = tmp_path / "a.pdf"
    file.write_bytes(rendering().pdf)
    assert sign_demo(file, signer, "--out", file).exit_code == 2
    assert file.read_bytes() == rendering().pdf
    assert sign_demo(file, signer, "--out", tmp_path / "none" / "b.pdf").exit_code == 2
    assert sign_demo(file, signer, "--out", file, "--overwrite").exit_code == 0
    assert fields_of(file.read_bytes()) == ["ChuKy1"]
    assert [path.name for path in tmp_path.glob("*.pdf")] == ["a.pdf"]


def test_where_nothing_can_be_written_nothing_is_signed_and_nothing_left(signer: Account, tmp_path: Path):
    file = tmp_path / "a.pdf"
    file.write_bytes(rendering().pdf)
    for target in ("/proc/a.pdf", tmp_path / f"{'a' * 300}.pdf"):
        told = sign_demo(file, signer, "--out", target)
        assert (told.exit_code, f"{target} cannot be written" in told.output) == (1, True), told.output
    assert not Event.objects.filter(kind__startswith="signing.").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"%PDF-1.7\nnothing more", "hỏng"), (b"<unclosed>", "XML")],
)
def test_what_cannot_be_signed_is_left_alone(signer: Account, tmp_path: Path, content: bytes, said: str):
    file = tmp_path / "a.pdf"
    file.write_bytes(content)
    told = sign_demo(file, signer)
    assert (told.exit_code, told.output.count(said)) == (1, 1), told.output
    assert [path.name for path in tmp_path.glob("*.pdf")] == ["a.pdf"]
    assert not Event.objects.filter(kind__startswith="signing.").exists()


@pytest.mark.parametrize(
    ("made", "field", "said"),
    [
        (lambda: certified(MDPPerm.NO_CHANGES), "KyChinh", "chứng thực"),
        (lambda: certified(MDPPerm.NO_CHANGES, field="Nhom.Dau"), "KyChinh", "chứng thực"),
        (lambda: certified(MDPPerm.FILL_FORMS, pdf=rendering().pdf), "", "chứng thực"),
        (lambda: locking({"Nhom.Ky": (), "Khoa": ("Nhom",)}, signed="Khoa"), "Nhom.Ky", "khóa trường"),
        (lambda: locking({"Ky2": ("So",), "Nhom.Dau": ("So",)}, signed="Nhom.Dau"), "Ky2", "ký trước"),
    ],
)
def test_a_file_whose_earlier_signature_would_suffer_is_not_written(
    signer: Account, tmp_path: Path, made: Callable[[], bytes], field: str, said: str
):
    """The last is found out only by what the new signature would do: it locks anew what the earlier one has locked."""
    file = tmp_path / "a.pdf"
    file.write_bytes(made())
    told = sign_demo(file, signer, *(("--field", field) if field else ()))
    assert (told.exit_code, said in told.output) == (1, True), told.output
    assert [path.name for path in tmp_path.glob("*.pdf")] == ["a.pdf"]
    assert not Event.objects.filter(kind="signing.file_signed_by_operator").exists()
    assert not SigningDocument.objects.exclude(signed=None).exists()


def test_a_file_whose_earlier_signature_allows_another_is_signed(signer: Account, tmp_path: Path):
    """The author allows it, and what the seal locks is as it was."""
    file = tmp_path / "a.pdf"
    file.write_bytes(certified(MDPPerm.FILL_FORMS))
    told = sign_demo(file, signer, "--field", "KyChinh")
    assert told.exit_code == 0, told.output
    verdicts = queries.verdicts_on((tmp_path / "a-signed.pdf").read_bytes(), at=AT)
    assert [(each.field, each.state) for each in verdicts] == [("DauCQ", State.UNTRUSTED), ("KyChinh", State.VALID)]


def test_who_may_not_sign_here_is_told_why(signer: Account, hsm: dict[str, Any], tmp_path: Path):
    file = tmp_path / "a.pdf"
    file.write_bytes(rendering().pdf)
    for provider, said in (
        ("hsm", "software-key"),
        ("nowhere", ""),
        (simulator.CODE, simulator.CODE),
        ("usb-token", "trình duyệt"),
    ):
        told = sign_demo(file, signer, provider=provider)
        assert (told.exit_code, said in told.output) == (1, True), told.output
    assert run(cli.sign, file, "--as", "nobody", "--provider", "hsm").exit_code == 1


@pytest.mark.parametrize(
    ("number", "status", "said"),
    [("001", 0, "signed as"), (Misbehaviour.CANCELLED, 3, "từ chối"), (Misbehaviour.EXPIRED, 3, "hết thời gian")],
)
def test_an_officer_confirms_on_the_phone_what_the_command_waits_for(
    officer: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: str, status: int, said: str
):
    monkeypatch.setattr(cli, "POLL_SECONDS", 0.01)
    service, file = MobileSignatureService(remote.identity()), tmp_path / "a.pdf"
    file.write_bytes(rendering().pdf)
    with remote.installed(service, tmp_path) as code:
        holder = Holder(HolderKind.OFFICER, officer.pk)
        given = {"answers": {"phone": f"0900000{number}"}, "by": None, "at": timezone.now()}
        actions.register_means(holder=holder, provider=code, **given)  # type: ignore[arg-type]
        told = sign_demo(file, officer, provider=code)
    assert (told.exit_code, said in told.output) == (status, True), told.output
    asked = SigningTransaction.objects.get()
    assert f"Control code: {rules.control_code(asked.pk)}" in told.output
    assert (tmp_path / "a-signed.pdf").exists() == (status == 0)
    assert not asked.documents.exclude(signed=None, prepared=None).exists()


class Killed(BaseException):
    """The end of the process while the phone is waited for."""


def killed(_seconds: float) -> None:
    raise Killed


@pytest.mark.parametrize("confirmed", ["while nobody waited", "later"])
def test_what_a_killed_command_had_asked_for_is_taken_by_the_next(
    officer: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, confirmed: str
):
    monkeypatch.setattr(cli, "POLL_SECONDS", 0.01)
    service, file = MobileSignatureService(remote.identity(), by_hand=True), tmp_path / "a.csv"
    file.write_bytes(b"a;b\n")
    with remote.installed(service, tmp_path) as code:
        holder = Holder(HolderKind.OFFICER, officer.pk)
        given = {"answers": {"phone": "0900000001"}, "by": None, "at": timezone.now()}
        actions.register_means(holder=holder, provider=code, **given)  # type: ignore[arg-type]
        nothing = sign_demo(file, officer, "--resume", provider=code)
        assert (nothing.exit_code, "Không có yêu cầu nào" in nothing.output) == (1, True), nothing.output
        with monkeypatch.context() as dying:
            dying.setattr(cli.time, "sleep", killed)
            with pytest.raises(Killed):
                sign_demo(file, officer, provider=code)
        asked = SigningTransaction.objects.get()
        again = sign_demo(file, officer, provider=code)
        assert (again.exit_code, "--resume" in again.output) == (1, True), again.output
        service.confirm(*service.orders.values())
        if confirmed == "while nobody waited":
            jobs.settle_one_service(provider=code)
            assert SigningTransaction.objects.get().state == "signed"
        assert sign_demo(file, officer, "--resume", "--reason", "khác", provider=code).exit_code == 2
        told = sign_demo(file, officer, "--resume", provider=code)
    assert told.exit_code == 0, told.output
    assert SigningTransaction.objects.get() == asked
    (verdict,) = queries.verdicts_on((tmp_path / "a.csv.asice").read_bytes(), at=timezone.now())
    assert (verdict.state, verdict.covers) == (State.VALID, ("a.csv",))
    assert Event.objects.get(kind="signing.file_signed_by_operator").references["officer"] == str(officer.pk)


@pytest.mark.usefixtures("own_keys")
def test_a_service_that_fails_now_has_an_exit_status_of_its_own(signer: Account, settings: Any, tmp_path: Path):
    file = tmp_path / "a.pdf"
    file.write_bytes(rendering().pdf)
    for key in (settings.HOME / "keys").glob("officer-*"):
        key.unlink()
    told = sign_demo(file, signer)
    assert (told.exit_code, "no key" in told.output) == (3, True), told.output


def test_the_house_asks_for_a_proof_before_a_key_that_asks_nothing(hsm: dict[str, Any]):
    request = HttpRequest()
    request.session = {}  # type: ignore[assignment]
    central, own = SigningCertificate(provider="hsm"), SigningCertificate(provider="software-key")
    assert access.needs_proof(request, central)
    confirm(request)
    assert access.needs_proof(request, central), "a session that owes a second factor proves nothing"
    request.session["assurance"] = "full"
    assert not access.needs_proof(request, central)
    request.session["confirmed_at"] -= LIFE.total_seconds()
    assert access.needs_proof(request, central)
    assert not access.needs_proof(request, own)


def test_only_the_builder_of_the_demonstration_gives_demonstration_certificates():
    source = Path(actions.__file__).parents[3]
    callers = {
        str(path.relative_to(source))
        for path in source.rglob("*.py")
        if re.search(r"(?<!def )issue_demo_certificate\(", path.read_text())
    }
    assert callers == {"site/demo/government.py"}
