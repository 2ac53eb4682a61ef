"""``motcua simulate-payments``: a simulated payment gateway on this machine, for demonstrations and trials."""

import secrets
from pathlib import Path

import click

from motcua.kernel.web.simulated import until_stopped
from motcua.services.payments.simulators.platform import PlatformService
from motcua.services.payments.simulators.vnpay import Misbehaviour, VnpayService

SERVICES: dict[str, type[VnpayService | PlatformService]] = {
    "vnpay": VnpayService,
    "national-platform": PlatformService,
}


@click.command("simulate-payments")
@click.argument("name", type=click.Choice(sorted(SERVICES)))
@click.option("--port", default=0, help="Where it listens on this machine; 0 takes a free one.")
@click.option("--notify", default="", help="Address that its server calls: PUBLIC_URL/payments/notice/NAME/.")
@click.option(
    "--back", default="", help="Where national-platform sends payers back: PUBLIC_URL/payments/return/NAME/."
)
@click.option(
    "--misbehave", type=click.Choice([each.value for each in Misbehaviour]), help="Chosen on the page first."
)
@click.option("--home", envvar="MOTCUA_HOME", default="var", hidden=True)
def simulate_payments(name: str, port: int, notify: str, back: str, misbehave: str | None, home: str) -> None:
    """Serve a simulated payment gateway until stopped; prints the section of payments.toml that uses it."""
    secret = _kept((Path(home) / "simulators" / name).absolute())
    chosen = Misbehaviour(misbehave) if misbehave else None
    service = SERVICES[name](secret.read_text(), notify=notify, misbehaviour=chosen)
    if isinstance(service, PlatformService):
        service.back = back
    with service.serving(port) as url:
        click.echo(f"# Simulated {name} at {url}; what it told and was answered is at {url}/operator")
        if not notify:
            click.echo("# It calls nobody: write --notify, or no payment is ever confirmed.")
        click.echo("\n" + service.section(str(secret)))
        until_stopped()


def _kept(folder: Path) -> Path:
    """The file with the secret, made once."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / "secret"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(16).upper())
    return file


commands = [simulate_payments]
