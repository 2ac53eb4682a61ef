"""The operator's command for official documents."""

import click

from motcua.services.correspondence import searching

TOLD_EVERY = 20_000


@click.command("index-documents")
def index_documents() -> None:
    """Write the search entries of all official documents anew.

    After an upgrade that finds more of them, or when a document is not found that should be. The house may run
    meanwhile; what is right already is left alone, and the command may be stopped and begun again.
    """
    done = 0
    for direction in searching.DIRECTIONS:
        for number in searching.index_all(direction):
            if (done + number) // TOLD_EVERY > done // TOLD_EVERY:
                click.echo(f"{done + number} documents …")
            done += number
    click.echo(f"{done} documents are in the index.")
