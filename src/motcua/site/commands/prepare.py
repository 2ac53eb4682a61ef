"""``motcua prepare``: what ``motcua run`` does first, when there is anything to do."""

import click
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from motcua.site import baseline, preparing
from motcua.site import demo as demonstration


@click.command("prepare")
@click.option("--demo/--no-demo", default=True, help="Build the demonstration province when the database is empty.")
def prepare(demo: bool) -> None:
    """Migrate the database and build the demonstration in an empty one."""
    baseline.lay(settings.DATABASE_URL)
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        click.echo("Preparing the database …")
        call_command("migrate", verbosity=0)
    if demo:
        demonstration.build_once(tell=click.echo)
    applied = preparing.applied_migrations(settings.DATABASE_URL)
    note = preparing.Note(preparing.known_migrations(), applied, demonstration.sign_in_table())
    preparing.write(settings.HOME, note)


commands = [prepare]
