"""Simulated services as programs of their own, as an operator starts them."""

import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import LazySettings

from motcua.engines.signing import actions
from motcua.engines.signing.models import TransactionState
from motcua.engines.signing.simulators.cli import SERVICES
from motcua.engines.signing.simulators.identity import Identity
from motcua.engines.signing.verification import State
from tests.engines.signing import remote
from tests.engines.signing.factories import AT


@contextmanager
def simulating(name: str, folder: Path) -> Iterator[str]:
    """``motcua simulate-signing NAME`` in a process of its own; gives what it prints."""
    program = "from motcua.site.cli import main; main()"
    command = [sys.executable, "-c", program, "simulate-signing", name, "--keys", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield "".join(iter(process.stdout.readline, "\n")) + "".join(iter(process.stdout.readline, "\n"))
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


@pytest.mark.django_db
def test_what_the_program_prints_sets_the_house_up(tmp_path: Path, settings: LazySettings):
    Identity.kept(tmp_path, now=AT)
    with simulating("mss", tmp_path) as printed:
        settings.SIGNING_PROVIDERS = tomllib.loads(printed)
        anchor = x509.load_pem_x509_certificate((tmp_path / "authority.crt").read_bytes())
        actions.add_trust_anchor(der=anchor.public_bytes(Encoding.DER), demonstration=True, at=AT)
        waiting = remote.start(remote.register("sim", phone="0900000001").certificates.get())
        remote.settle(waiting)
        signed = remote.settle(waiting)
    assert signed.state == TransactionState.SIGNED
    assert remote.verdict(signed).state == State.VALID


def test_a_simulation_has_the_same_certificates_when_it_is_started_again(tmp_path: Path):
    first = Identity.kept(tmp_path / "keys", now=AT)
    again = Identity.kept(tmp_path / "keys", now=datetime.now(UTC))
    assert (again.authority, again.certificate("A")) == (first.authority, first.certificate("A"))
    assert again.certificate("A") != again.certificate("B")
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()} == {0o600}
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("name", SERVICES)
def test_every_simulation_prints_a_section_of_its_kind(name: str):
    service = SERVICES[name](remote.identity())
    with service.serving():
        (section,) = tomllib.loads(service.section("/run/secret")).values()
    assert section["url"].startswith(service.url)
    assert "/run/secret" in section.values()
