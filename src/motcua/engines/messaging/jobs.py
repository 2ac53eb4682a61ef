"""Sending mail."""

from uuid import UUID

from motcua.kernel.jobs import task


@task(queue="mail")
def send_to_phone(*, message: str) -> None:
    """Send one message to a telephone; tried again while its carrier does not take it."""
    from motcua.engines.messaging.phoning import send

    send(UUID(message))


@task(queue="mail")
def send_mail(*, mail: str) -> None:
    """Send one mail; tried again while the mail server is away."""
    from motcua.engines.messaging.mailing import send

    send(UUID(mail))
