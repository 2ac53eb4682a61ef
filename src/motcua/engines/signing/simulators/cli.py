"""``motcua simulate-signing``: a simulated signing service on this machine, for demonstrations and trials."""

import re
from datetime import UTC, datetime
from pathlib import Path

import click
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from motcua.engines.signing.simulators.base import Misbehaviour, Simulator
from motcua.engines.signing.simulators.csc import CloudService
from motcua.engines.signing.simulators.identity import Identity, write_privately
from motcua.engines.signing.simulators.mss import MobileSignatureService
from motcua.engines.signing.simulators.mysign import MySignService
from motcua.engines.signing.simulators.smartca import SmartCaService
from motcua.engines.signing.simulators.smartca_codes import SmartCaCodesService
from motcua.kernel.web.simulated import until_stopped

SERVICES: dict[str, type[Simulator]] = {
    "mss": MobileSignatureService,
    "smartca": SmartCaService,
    "smartca-codes": SmartCaCodesService,
    "mysign": MySignService,
    "csc": CloudService,
}


def numbered(given: str) -> tuple[str, str]:
    """A user, and the number that their certificate bears. Raises ``BadParameter``."""
    found = re.fullmatch(r"([^=]+)=(CCCD:[0-9]{12}|MST:[0-9]{10}(?:[0-9]{3})?)", given)
    if found is None:
        raise click.BadParameter(f"{given!r}: write USER=CCCD:… (12 digits) or USER=MST:… (10 or 13)")
    return found[1], found[2]


@click.command("simulate-signing")
@click.argument("name", type=click.Choice(sorted(SERVICES)))
@click.option("--port", default=0, help="Where it listens on this machine; 0 takes a free one.")
@click.option("--keys", default="", help="Folder for its keys (default MOTCUA_HOME/simulators/NAME).")
@click.option("--home", envvar="MOTCUA_HOME", default="var", hidden=True)
@click.option("--by-hand", is_flag=True, help="Wait until somebody confirms or refuses at /phone.")
@click.option(
    "--number",
    "numbers",
    multiple=True,
    callback=lambda _context, _option, given: dict(map(numbered, given)),
    help="USER=CCCD:… or USER=MST:…, invented: what the certificate of a user bears. May be given again.",
)
@click.option("--callback", default="", help="The address that it calls when a signer has answered.")
def simulate_signing(
    name: str, port: int, keys: str, home: str, by_hand: bool, numbers: dict[str, str], callback: str
) -> None:
    """Serve a simulated signing service until stopped; prints the section of signing.toml that uses it."""
    folder = (Path(keys) if keys else Path(home) / "simulators" / name).absolute()
    identity = Identity.kept(folder, now=datetime.now(UTC))
    service = SERVICES[name](identity, by_hand=by_hand, callback=callback, numbers=numbers)
    secret, authority = folder / "secret", folder / "authority.crt"
    write_privately(secret, service.password.encode())
    authority.write_bytes(x509.load_der_x509_certificate(service.identity.authority).public_bytes(Encoding.PEM))
    with service.serving(port) as url:
        click.echo(f"# Simulated signing service at {url}; the phones are at {url}/phone")
        click.echo(f"# Trust anchor: {authority}")
        click.echo(
            f"# Numbers that end in these misbehave: {', '.join(f'{m} {m.name.lower()}' for m in Misbehaviour)}\n"
        )
        click.echo(service.section(str(secret)))
        until_stopped()


commands = [simulate_signing]
