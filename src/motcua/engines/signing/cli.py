"""``motcua sign`` and ``motcua sign-server-key``: what the operator of the server does with keys."""

import getpass
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from cryptography import x509
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from motcua.engines.signing import actions, token_requests
from motcua.engines.signing.actions.files import NOT_SIGNED, signed_name
from motcua.engines.signing.models import SigningTransaction, TransactionState
from motcua.engines.signing.outcomes import waiting_text
from motcua.engines.signing.providers.interface import Holder
from motcua.engines.signing.providers.registry import registry
from motcua.engines.signing.providers.sign_server_keys import ALGORITHMS
from motcua.engines.signing.rules import control_code
from motcua.kernel.errors import Refused
from motcua.kernel.text import local_datetime
from motcua.people.accounts.models import Account
from motcua.people.officers.queries import local_day
from motcua.people.organisations.queries import office_by_code

POLL_SECONDS = 2.0
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FILE = click.Path(dir_okay=False, path_type=Path)


class NotSigned(click.ClickException):
    """The signing service did not sign; the same command may succeed later."""

    exit_code = 3


@click.command("sign")
@click.argument("file", type=_FILE)
@click.option("--as", "username", required=True, metavar="OFFICER", help="User name of the officer who signs.")
@click.option("--provider", required=True, help="Section of signing.toml, or software-key in a demonstration.")
@click.option("--out", type=_NEW_FILE, help="The signed file; without it, named after FILE.")
@click.option("--field", default="", help="Empty signature field of the PDF to sign in.")
@click.option("--reason", default="", help="Why; stands in the signature.")
@click.option("--overwrite", is_flag=True, help="Replace a file that is already there.")
@click.option("--resume", is_flag=True, help="Ask nobody anew: take what a command that was killed had asked for.")
def sign(
    file: Path,
    username: str,
    provider: str,
    out: Path | None,
    field: str,
    reason: str,
    overwrite: bool,
    resume: bool,
) -> None:
    """Sign FILE as an officer, with a provider such as the sign server, a SIM or a cloud service.

    Where the officer confirms elsewhere, the control code is shown and the command waits for the answer; Ctrl-C
    withdraws the request. What signs in the officer's browser, such as a USB token, is refused. A command that was
    killed meanwhile has left its request: the same command with --resume goes on waiting, or writes what was signed.

    PDF and XML are signed as they are. Any other file is put into a container (ASiC-E, FILE.asice) and signed there; a
    container that is signed again keeps its earlier signatures.

    Without --field the signature goes into the one empty field of the PDF, or invisibly on its last page when there is
    none. That the operator signed, and as whom, is recorded as an event.

    The exit status is 0 when the file is signed, 1 when it or the officer's certificate does not allow it, 2 for wrong
    usage, 3 when the officer or the signing service did not sign and it may be tried again.
    """
    if resume and (field or reason):
        raise click.UsageError("--resume takes what was asked for: leave --field and --reason away.")
    content = file.read_bytes()
    target = out or file.with_name(signed_name(content, file.name))
    if _is_there(target) and not overwrite:
        raise click.BadParameter(f"{target} is already there; --overwrite replaces it.", param_hint="--out")
    if not target.parent.is_dir():
        raise click.BadParameter(f"there is no folder {target.parent}.", param_hint="--out")
    with _room_for(target) as scratch, _in_words():
        signed = actions.sign_file(
            content=content,
            title=file.name,
            officer=_officer(username),
            provider=provider,
            operator=getpass.getuser(),
            wait=_wait,
            at=timezone.now(),
            resume=resume,
            field=field,
            reason=reason,
        )
        _put(signed, scratch, target)
    click.echo(f"{target}: signed as {username} with {provider}.")


def _wait(asked: SigningTransaction) -> SigningTransaction:
    """Tell what the officer has to do, and ask the service until the request has ended."""
    provider, subject = registry[asked.certificate.provider], asked.certificate.subject
    if actions.consent_address(transaction_id=asked.pk):
        page = f"{settings.PUBLIC_URL}{reverse('signing:consent', args=[asked.pk])}"
        click.echo(f"{subject} agrees at {page}, signed in here.", err=True)
    else:
        click.echo(f"{subject} confirms with {provider.title}, until {local_datetime(asked.expires_at)}.", err=True)
    if provider.shows_code:
        click.echo(f"Control code: {control_code(asked.pk)}. Confirm only what shows the same code.", err=True)
    if doubt := waiting_text(asked, provider):
        click.echo(doubt, err=True)
    try:
        while asked.state == TransactionState.WAITING:
            time.sleep(POLL_SECONDS)
            asked = actions.settle_signing(transaction_id=asked.pk, at=timezone.now())
    except KeyboardInterrupt:
        asked = actions.cancel_signing(transaction_id=asked.pk, by=asked.started_by, at=timezone.now())
    return asked


@click.command("sign-server-key")
@click.option("--provider", required=True, help="Section of signing.toml with kind = “sign-server”.")
@click.option("--holder", required=True, metavar="officer:USERNAME|office:CODE", help="Whose key it is.")
@click.option("--csr", type=_NEW_FILE, help="Where the request for a certificate is written (PEM).")
@click.option("--algorithm", type=click.Choice(list(ALGORITHMS)), default="rsa-2048", show_default=True)
@click.option("--subject", help="Subject of the request (RFC 4514); without it, the holder's name and VN.")
@click.option("--certificate", type=_FILE, help="The certificate that was issued (PEM or DER): import it.")
def sign_server_key(
    provider: str, holder: str, csr: Path | None, algorithm: str, subject: str | None, certificate: Path | None
) -> None:
    """Make a key in the HSM and ask for its certificate (--csr); later, import what was issued (--certificate).

    Asked again before a certificate came, the same key is used. The key never leaves the HSM.
    """
    if (csr is None) == (certificate is None):
        raise click.UsageError("Write either --csr, to make a key, or --certificate, to import what was issued.")
    whose, name = _holder(holder)
    try:
        if certificate is not None:
            imported = actions.import_certificate(
                provider=provider, holder=whose, certificate=certificate.read_bytes(), at=timezone.now()
            )
            click.echo(f"{imported.subject}: valid to {local_day(imported.valid_to)}; {holder} can sign with it.")
            return
        assert csr is not None
        wanted = x509.Name.from_rfc4514_string(subject) if subject else _usual_subject(name)
        with _room_for(csr) as scratch:
            request = actions.request_certificate(
                provider=provider, holder=whose, algorithm=algorithm, subject=wanted, at=timezone.now()
            )
            _put(request, scratch, csr)
    except Refused as refused:
        raise click.ClickException(_told(refused)) from refused
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--subject") from error
    click.echo(f"{csr}: send it to the certification authority, then import what it issues with --certificate.")


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        raise (NotSigned if refused.code == NOT_SIGNED else click.ClickException)(_told(refused)) from refused


def _told(refused: Refused) -> str:
    """The sentence for people, and what an operator can do something about."""
    cause = str(refused.__cause__ or "")
    return refused.message if cause in refused.message else f"{refused.message} ({cause})"


def _officer(username: str) -> Account:
    found = Account.objects.filter(username=username.lower(), is_active=True, officer__left_on=None)
    officer = found.exclude(officer=None).first()
    if officer is None:
        raise click.ClickException(f"{username} is not an officer who is active.")
    return officer


def _holder(written: str) -> tuple[Holder, str]:
    """Whose key it is, with the name for the certificate."""
    kind, _colon, name = written.partition(":")
    if kind == "officer" and name:
        officer = _officer(name)
        return Holder("officer", officer.pk), officer.display_name
    if kind == "office" and name:
        office = office_by_code(name, local_day(timezone.now()))
        if office is None:
            raise click.ClickException(f"There is no office {name}.")
        return Holder("office", office.pk), office.name
    raise click.BadParameter("write officer:USERNAME or office:CODE.", param_hint="--holder")


def _usual_subject(name: str) -> x509.Name:
    oid = x509.oid.NameOID
    return x509.Name([x509.NameAttribute(oid.COUNTRY_NAME, "VN"), x509.NameAttribute(oid.COMMON_NAME, name[:64])])


def _is_there(target: Path) -> bool:
    try:
        return target.exists()
    except OSError as error:
        raise _unwritable(target, error) from error


def _unwritable(target: Path, error: OSError) -> click.ClickException:
    return click.ClickException(f"{target} cannot be written: {error.strerror}.")


@contextmanager
def _room_for(target: Path) -> Iterator[Path]:
    """A file beside the target; where there can be none, that is said before anything is signed."""
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".")
    except OSError as error:
        raise _unwritable(target, error) from error
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _put(content: bytes, scratch: Path, target: Path) -> None:
    """All of the file or nothing of it."""
    try:
        scratch.write_bytes(content)
        scratch.chmod(0o644)
        scratch.replace(target)
    except OSError as error:
        raise _unwritable(target, error) from error


@click.command("token-agent-key")
def token_agent_key() -> None:
    """Print the thumbprint of the key under which this installation asks USB tokens for signatures."""
    click.echo(f"{token_requests.origin()} {token_requests.thumbprint(token_requests.key())}")


commands = [sign, sign_server_key, token_agent_key]
