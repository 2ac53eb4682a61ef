"""``motcua token``: keys for programs, issued at the command line."""

import click

from motcua.kernel.errors import Refused
from motcua.people.accounts import actions
from motcua.people.accounts.models import Account
from motcua.people.accounts.scopes import PERSONAL


@click.command()
@click.option("--as", "username", help="The token acts as this account.")
@click.option("--service", default="", help="The token belongs to this service.")
@click.option("--scope", "scopes", multiple=True, help="What it may do; may be repeated. Needed for a service.")
@click.option("--label", default="command line", show_default=True)
@click.option("--days", default=90, show_default=True)
def token(username: str | None, service: str, scopes: tuple[str, ...], label: str, days: int) -> None:
    """Issue an API token and print it. It is not shown again.

    Without --scope the token of an account may do all that the person may.
    """
    account = Account.objects.filter(username=username.lower()).first() if username else None
    if username and account is None:
        raise click.ClickException(f"There is no account {username}.")
    try:
        allowed = scopes or (PERSONAL if account else ())
        click.echo(actions.issue_token(account=account, service=service, label=label, scopes=allowed, days=days))
    except Refused as refused:
        raise click.ClickException(refused.message) from refused


commands = [token]
