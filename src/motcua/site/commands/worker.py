"""``motcua worker``."""

import click

from motcua.kernel.jobs import worker as jobs_worker


@click.command("worker")
@click.option("--concurrency", default=2, show_default=True, help="Jobs done side by side.")
def worker(concurrency: int) -> None:
    """Do jobs and deliver events to their subscribers until stopped. Several may run, also on other machines."""
    jobs_worker.run(concurrency=concurrency)


commands = [worker]
