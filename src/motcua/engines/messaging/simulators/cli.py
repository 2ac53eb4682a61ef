"""``motcua simulate-carriers``."""

import click

from motcua.engines.messaging.simulators.carriers import SMS_TOKEN, ZALO_KEY, ZALO_REFRESH, Carriers
from motcua.kernel.web.simulated import until_stopped


@click.command("simulate-carriers")
@click.option("--port", default=8096, show_default=True, help="Port on this machine; 0 takes a free one.")
def simulate_carriers(port: int) -> None:
    """Serve a simulated SMS gateway and Zalo service; prints the sections of messaging.toml that use them.

    GET / lists what was sent. Numbers that end in 901 to 905 fail, are unknown, get no answer, find no quota left,
    lose the answer.
    """
    with Carriers().serving(port) as url:
        click.echo(
            f'[sms]\nkind = "sms"\nurl = "{url}/sms"\nsender = "TINHMAUSON"\ntoken_file = "…" # {SMS_TOKEN}\n\n'
            f'[zalo]\nkind = "zalo"\nurl = "{url}/zalo"\ntoken_url = "{url}/zalo/access_token"\napp_id = "1"\n'
            f'template = "1"\nsecret_key_file = "…" # {ZALO_KEY}\nrefresh_token_file = "…" # {ZALO_REFRESH}'
        )
        until_stopped()


commands = [simulate_carriers]
