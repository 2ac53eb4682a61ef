"""The one command-line program, ``motcua``.

Commands live in the ``cli.py`` of their room and are loaded when called, so that ``motcua compile-process`` needs
neither a database nor Django. A command of :data:`HOUSE_COMMANDS` runs with the database up and Django ready.
"""

import gc
import importlib
import os
import sys
from contextlib import ExitStack
from io import TextIOWrapper

import click

from motcua import __version__
from motcua.site import configuration, preparing
from motcua.site.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError

# name → (module, help), in the order a newcomer meets them.
HOUSE_COMMANDS = {
    "prepare": ("motcua.site.commands.prepare", "Migrate, and build the demonstration in an empty database."),
    "worker": ("motcua.site.commands.worker", "Do jobs and deliver events."),
    "migrate": ("motcua.site.commands.migrate", "Bring the database up to this version."),
    "demo": ("motcua.site.commands.demo", "Build the demonstration province Mẫu Sơn."),
    "administrator": ("motcua.people.accounts.cli", "Appoint the first administrator."),
    "token": ("motcua.people.accounts.cli", "Issue an API token."),
    "import-catalogue": ("motcua.services.procedures.cli", "Import national procedure records."),
    "import-package": ("motcua.services.procedures.cli", "Import procedure packages."),
    "import-guide": ("motcua.services.procedures.cli", "Import guided questions."),
    "import-units": ("motcua.people.organisations.cli", "Import administrative units from CSV."),
    "import-offices": ("motcua.people.organisations.cli", "Import offices from CSV."),
    "import-officers": ("motcua.people.officers.cli", "Import the officers' directory from a spreadsheet."),
    "import-dossiers": ("motcua.services.dossiers.cli", "Import running dossiers from a spreadsheet."),
    "import-connector": ("motcua.engines.connectors.cli", "Describe a line system as a file says."),
    "import-agencies": ("motcua.engines.exchange.cli", "Make partners of the agencies that an axis lists."),
    "sign": ("motcua.engines.signing.cli", "Sign a file as an officer, by the operator."),
    "sign-server-key": ("motcua.engines.signing.cli", "Make a key in the HSM, and import its certificate."),
    "trust-anchors": ("motcua.engines.signing.care.cli", "Trust authorities whose certificates stand in files."),
    "token-agent-key": ("motcua.engines.signing.cli", "Print the key that agents of USB tokens must trust."),
    "import-signing-means": ("motcua.engines.signing.care.cli", "Import ways of signing from a spreadsheet."),
    "verify-events": ("motcua.kernel.events.cli", "Check that no event was altered, lost or reordered."),
    "subscribers": ("motcua.kernel.events.cli", "Show how far each subscriber has read the events."),
    "skip-event": ("motcua.kernel.events.cli", "Take an event out of a stuck subscriber's way."),
    "quarantine": ("motcua.kernel.blobs.cli", "List what the virus scanner has locked away, or look at it again."),
    "index-documents": (
        "motcua.services.correspondence.cli",
        "Write the search entries of official documents anew.",
    ),
    "backup": ("motcua.site.commands.backup", "Save database and files."),
    "restore": ("motcua.site.commands.backup", "Restore what was saved."),
    "shell": ("motcua.site.commands.shell", "Open a Python shell with the house loaded."),
}
# Need the database, but load Django only in their children.
STARTERS = {
    "run": ("motcua.site.commands.run", "Start everything: database, worker and web."),
    "web": ("motcua.site.commands.web", "Serve the web pages only."),
    "streams": ("motcua.site.commands.streams", "Send pages that are looked at what changes on them."),
}
PLAIN_COMMANDS = {
    "verify": ("motcua.site.commands.verify", "Judge the signatures of files."),
    "verifier": ("motcua.site.commands.verifier", "Judge the signatures of files, each in a process of its own."),
    "check-package": ("motcua.services.procedures.cli", "Explain every mistake of a procedure package."),
    "check-guide": ("motcua.services.procedures.cli", "Explain every mistake of guided questions."),
    "simulate-signing": ("motcua.engines.signing.simulators.cli", "Serve a simulated signing service."),
    "simulate-payments": ("motcua.services.payments.simulators.cli", "Serve a simulated payment gateway."),
    "simulate-identity": ("motcua.people.accounts.simulators.cli", "Serve a simulated identity provider."),
    "simulate-carriers": (
        "motcua.engines.messaging.simulators.cli",
        "Serve simulated SMS and Zalo carriers.",
    ),
    "simulate-national-portal": (
        "motcua.services.national_portal.simulator.cli",
        "Serve a simulated national portal.",
    ),
    "check-archive-package": ("motcua.services.records.cli", "Check packages for the archive, fault by fault."),
    "edxml": ("motcua.engines.exchange.cli", "Print what edXML messages say, or write them again."),
    "simulate-editor": ("motcua.engines.editing.simulator.cli", "Serve a simulated editor for documents."),
    "simulate-axis": ("motcua.engines.exchange.simulator.cli", "Serve a simulated document axis."),
    "simulate-line-system": ("motcua.engines.connectors.simulator.cli", "Serve a simulated line system."),
    "check-connector": ("motcua.engines.connectors.cli", "Say what is wrong with the description of a line system."),
    "compile-process": ("motcua.engines.process.cli", "Compile BPMN files, or say why not."),
}
# Of the house's commands those that begin without a table, or wait for the database by themselves.
UNFURNISHED = frozenset({"prepare", "migrate", "restore", "shell", "worker"})
ROOM_COMMANDS = frozenset({"check-package"})  # of the plain ones: rooms say what may stand in a package
COMMANDS = STARTERS | HOUSE_COMMANDS | PLAIN_COMMANDS


class Program(click.Group):
    """Finds commands by name in the rooms' ``cli.py`` and prepares what they need."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        if cmd_name not in PLAIN_COMMANDS and not _asks_for_help():
            start_database(ctx)
        if cmd_name in HOUSE_COMMANDS or cmd_name in ROOM_COMMANDS:
            prepare_django()
        if cmd_name in HOUSE_COMMANDS and cmd_name not in UNFURNISHED and not _asks_for_help():
            _require_tables()
        return _load(COMMANDS[cmd_name][0], cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.command(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="motcua")
def program() -> None:
    """motcua, one door to government.

    Everything is stored below MOTCUA_HOME (default ./var). MOTCUA_PORT sets the port (8000), MOTCUA_DATABASE_URL
    names a PostgreSQL server; without it the program brings its own.
    """


def _asks_for_help() -> bool:
    return bool({"-h", "--help"} & set(sys.argv[2:]))


def _require_tables() -> None:
    """One sentence in place of what a database without tables would answer."""
    from django.conf import settings

    if not preparing.applied_migrations(settings.DATABASE_URL):
        raise click.ClickException("The database is empty. Run `motcua migrate` first.")


def _load(module: str, name: str) -> click.Command:
    commands: list[click.Command] = importlib.import_module(module).commands
    return next(command for command in commands if command.name == name)


def start_database(ctx: click.Context) -> None:
    """Start the embedded database for as long as the command runs, unless a server is named."""
    if not os.environ.get("MOTCUA_DATABASE_URL"):
        stack = ExitStack()
        stack.enter_context(EmbeddedPostgres(configuration.home()).running())
        ctx.find_root().call_on_close(stack.close)


def prepare_django() -> None:
    """Load settings and rooms."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.site.settings")
    import django

    gc.disable()  # what loading makes stays, so looking for cycles in it again and again finds nothing
    django.setup()
    gc.freeze()
    gc.enable()


def main() -> None:
    """Run the program; a wrong configuration is one sentence, not a traceback.

    A terminal whose charset lacks Vietnamese letters gets escapes in their place.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        program(prog_name="motcua")
    except (configuration.ConfigurationError, EmbeddedPostgresError) as error:
        click.echo(f"motcua: {error}", err=True)
        sys.exit(2)
