"""``motcua worker``."""

import click

from motcua.kernel.jobs import worker as jobs_worker


@click.command("worker")
@click.option("--concurrency", default=2, show_default=True, help="Jobs done side by side.")
@click.option("--queues", default="", metavar="NAMES", help="Only the jobs of these queues (a,b); no events.")
@click.option("--without", default="", metavar="NAMES", help="Everything but the jobs of these queues (a,b).")
def worker(concurrency: int, queues: str, without: str) -> None:
    """Do jobs and deliver events to their subscribers until stopped. Several may run, also on other machines.

    One process has one core for itself: what takes long, as typesetting (documents) and scanning do, may have a worker
    of its own. One worker must leave --queues out, for only such a one delivers events.
    """
    if queues and without:
        raise click.UsageError("Write --queues or --without, not both.")
    only, never = _named(queues), _named(without)
    rest = sorted(jobs_worker.queues().difference(never)) if never else None
    if rest == []:
        raise click.UsageError("Nothing is left to do without these queues.")
    jobs_worker.run(concurrency=concurrency, queues=only or rest, turn_loops=not only)


def _named(text: str) -> list[str]:
    """The queues of an option. Raises ``UsageError`` for one that no job has."""
    names, there = [name.strip() for name in text.split(",") if name.strip()], jobs_worker.queues()
    if unknown := set(names) - there:
        raise click.UsageError(f"No jobs wait in {', '.join(sorted(unknown))}: there are {', '.join(sorted(there))}.")
    return names


commands = [worker]
