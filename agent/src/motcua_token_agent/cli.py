"""``motcua-token-agent``: set up, serve, look at what is there."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from motcua_token_agent import __version__, install, modules, server, settings
from motcua_token_agent.agent import Agent
from motcua_token_agent.certificates import Files
from motcua_token_agent.errors import Problem
from motcua_token_agent.settings import PLAIN_PORT, PORTS, Settings
from motcua_token_agent.tokens import Tokens
from motcua_token_agent.trust import Trust, may_be_asked


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; what is wrong is said in one line on standard error, with exit status 1."""
    given = _parser().parse_args(arguments)
    try:
        given.run(given, settings.load())
    except (Problem, settings.WrongSettings, OSError) as error:
        sys.exit(f"motcua-token-agent: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="motcua-token-agent", description=__doc__)
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: object, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.set_defaults(run=run)
        return made

    serve = command("serve", _serve, "answer browsers without the extension on https://127.0.0.1:53952 to 53955")
    serve.add_argument("--plain-http", action="store_true", help="development only: http on port 53951")
    serve.add_argument("--port", type=int, help="this port, instead of the usual ones; 0 takes any")
    setup = command("install", _install, "make the agent known to the browsers of this user")
    setup.add_argument("--program", type=Path, help="the native host, if it is not beside this Python")
    setup.add_argument("--extension-id", default=install.EXTENSION, help="the extension as your agency packed it")
    command("uninstall", _uninstall, "take back what install did")
    command("status", _status, "show libraries, certificates and the sites that may use the token")
    trust = command("trust", _trust, "pin the key of a site before its first request")
    trust.add_argument("origin", help="https://…, without anything behind the name")
    trust.add_argument("key", help="the thumbprint that the site's administrator gives you")
    forget = command("forget", _forget, "take away what was pinned for a site")
    forget.add_argument("origin")
    return parser


def _serve(given: argparse.Namespace, known: Settings) -> None:
    files = Files.under(known.home)
    if not given.plain_http and not files.exist:
        sys.exit("motcua-token-agent: run “motcua-token-agent install” first.")
    context = None if given.plain_http else server.tls(files.certificate, files.key)
    usual = (PLAIN_PORT,) if given.plain_http else PORTS
    ports = usual if given.port is None else (given.port,)
    with server.listen(Agent(known), ports, context) as listening:
        print(listening.address, flush=True)
        listening.serve_forever()


def _install(given: argparse.Namespace, known: Settings) -> None:
    program = given.program or install.host_program()
    if program is None:
        sys.exit("motcua-token-agent: the program motcua-token-agent-host is not there; name it with --program.")
    done = install.install(known, program=program, extension=given.extension_id, user_home=Path.home())
    for line in done:
        print(line)


def _uninstall(_given: argparse.Namespace, known: Settings) -> None:
    for line in install.uninstall(known, user_home=Path.home()):
        print(line)


def _status(_given: argparse.Namespace, known: Settings) -> None:
    for module in modules.installed(known.modules):
        print(f"library      {module}")
    for origin, key in sorted(Trust(known).all().items()):
        print(f"site         {origin}  {key}")
    for held in Tokens(known.modules).certificates():
        until = held.parsed.not_valid_after_utc.date()
        print(f"certificate  {held.label}: {held.parsed.subject.rfc4514_string()} (until {until})")


def _trust(given: argparse.Namespace, known: Settings) -> None:
    if not may_be_asked(given.origin):
        sys.exit("motcua-token-agent: write the origin as https://name, with nothing behind it.")
    Trust(known).learn(given.origin, given.key)


def _forget(given: argparse.Namespace, known: Settings) -> None:
    if not Trust(known).forget(given.origin):
        sys.exit(f"motcua-token-agent: nothing was learnt for {given.origin}.")
