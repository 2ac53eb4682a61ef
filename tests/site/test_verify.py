"""``motcua verify``: the same verdicts as the pages, for people and for programs."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from motcua.engines.signing.actions import add_trust_anchor
from motcua.engines.signing.verification import as_json, examine
from motcua.site.commands.verify import verify_files
from tests.engines.signing.factories import AT, LEADER, demo_authority, rendering, sealed
from tests.verifier import running_verifier

DAY = "2026-02-01"


@pytest.fixture(scope="module", autouse=True)
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A house in which the verification service runs."""
    home, before = tmp_path_factory.mktemp("house"), os.environ.get("MOTCUA_HOME")
    with running_verifier(home / "verifier.sock"):
        os.environ["MOTCUA_HOME"] = str(home)
        yield
        os.environ.pop("MOTCUA_HOME") if before is None else os.environ.update(MOTCUA_HOME=before)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A signed, an altered and an unsigned file, and the authority to trust, in PEM and in DER."""
    (tmp_path / "quyet-dinh.pdf").write_bytes(sealed())
    altered = bytearray(sealed())
    altered[200] ^= 1
    (tmp_path / "bi-sua.pdf").write_bytes(altered)
    (tmp_path / "chua-ky.pdf").write_bytes(rendering().pdf)
    trusted = tmp_path / "anchors"
    trusted.mkdir()
    der = demo_authority().certificate
    (trusted / "a.der").write_bytes(der)
    (tmp_path / "a.pem").write_bytes(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM))
    return tmp_path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(verify_files, [str(each) for each in arguments])


def test_only_valid_and_trusted_files_end_well(folder: Path):
    signed = run(folder / "quyet-dinh.pdf", "--anchors", folder / "anchors", "--at", DAY)
    assert signed.exit_code == 0, signed.output
    assert signed.output.count("quyet-dinh.pdf: ") == 2
    assert f"{LEADER} đã ký lúc" in signed.output
    for name in ("bi-sua.pdf", "chua-ky.pdf"):
        both = run(folder / "quyet-dinh.pdf", folder / name, "--anchors", folder / "a.pem", "--at", DAY)
        assert both.exit_code == 1
    assert "chua-ky.pdf: This file carries no electronic signature." in run(
        folder / "chua-ky.pdf", "--anchors", folder / "a.pem", "--language", "en"
    ).output.replace("\n", "")


def test_a_line_of_json_for_each_file(folder: Path):
    found = run(
        folder / "quyet-dinh.pdf", folder / "chua-ky.pdf", "--json", "--anchors", folder / "a.pem", "--at", DAY
    )
    first, second = (json.loads(line) for line in found.output.splitlines())
    verdicts = examine(sealed(), anchors=[demo_authority().certificate], at=AT)
    assert first["verdicts"] == [as_json(verdict) for verdict in verdicts]
    assert (first["valid"], first["kind"], len(first["texts"])) == (True, "pdf", 2)
    assert (second["valid"], second["verdicts"]) == (False, [])


def test_what_is_no_certificate_is_said(folder: Path):
    found = run(folder / "quyet-dinh.pdf", "--anchors", folder / "chua-ky.pdf")
    assert found.exit_code == 1
    assert "no certificate" in found.output


@pytest.mark.django_db
def test_the_houses_own_authorities_count_without_others(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("motcua.site.cli.start_database", lambda _ctx: None)
    assert run(folder / "quyet-dinh.pdf", "--at", DAY).exit_code == 1
    add_trust_anchor(der=demo_authority().certificate, demonstration=True, at=AT)
    assert run(folder / "quyet-dinh.pdf", "--at", DAY).exit_code == 0


def test_the_program_needs_neither_database_nor_home(folder: Path):
    home = folder / "home"
    command = [sys.executable, "-m", "motcua", "verify", "quyet-dinh.pdf", "--anchors", "a.pem", "--at", DAY]
    environment = os.environ | {"MOTCUA_HOME": str(home), "MOTCUA_DATABASE_URL": ""}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{LEADER} đã ký lúc" in done.stdout
    assert not home.exists()
