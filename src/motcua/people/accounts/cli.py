"""``motcua token``: keys for programs, issued at the command line. ``motcua administrator``: the first person."""

import click
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.kernel.errors import Invalid, Refused
from motcua.people.accounts import actions
from motcua.people.accounts.models import Account
from motcua.people.accounts.scopes import PERSONAL


@click.command()
@click.option("--as", "username", help="The token acts as this account.")
@click.option("--service", default="", help="The token belongs to this service.")
@click.option("--scope", "scopes", multiple=True, metavar="SCOPE", help="What it may do; may be repeated.")
@click.option("--label", default="", help="What the list of tokens calls it; “command line” without it.")
@click.option("--days", default=90, show_default=True, help="For how long it is good.")
def token(username: str | None, service: str, scopes: tuple[str, ...], label: str, days: int) -> None:
    """Issue an API token and print it. It is not shown again.

    Give --as or --service. Without --scope the token of an account may do all that the person may; a service needs
    one.
    """
    account = Account.objects.filter(username=username.lower()).first() if username else None
    if username and account is None:
        raise click.ClickException(f"There is no account {username}.")
    label = label or _("command line")
    try:
        allowed = scopes or (PERSONAL if account else ())
        click.echo(actions.issue_token(account=account, service=service, label=label, scopes=allowed, days=days))
    except Refused as refused:
        raise click.ClickException(refused.message) from refused


@click.command()
@click.option("--username", required=True, help="To sign in with: small letters, digits, dots, hyphens and @.")
@click.option("--name", help="The person's name, as pages show it.")
@click.option("--email", default="", help="For notices.")
@click.option("--another", is_flag=True, help="Although there is an administrator already.")
@click.option("--reset", is_flag=True, help="Of this administrator password, second factor and sessions go.")
def administrator(username: str, name: str | None, email: str, another: bool, reset: bool) -> None:
    """Appoint the first administrator and print the start code, which is good for 72 hours.

    With it the person sets a password of their own. Given again before that, the command prints a new code. Further
    administrators are appointed on the pages; --another is for a house whose administrators can sign in no more.
    --reset is for an administrator who has lost password or second factor and whom nobody can help on the pages.
    """
    if not reset and name is None:
        raise click.UsageError("Give the person's --name.")
    try:
        if reset:
            account, code = actions.reset_by_operator(username=username)
        else:
            account, code = actions.appoint_by_operator(
                username=username, name=name or "", email=email, another=another
            )
    except Invalid as invalid:
        raise click.ClickException(" ".join(invalid.errors.values())) from invalid
    except Refused as refused:
        raise click.ClickException(refused.message) from refused
    click.echo(f"User name   {account.username}")
    click.echo(f"Start code  {code}")
    click.echo(f"Set the password at {settings.PUBLIC_URL}{reverse('accounts:start')}")


commands = [token, administrator]
