"""Sending mail."""

from uuid import UUID

from motcua.kernel.jobs import task


@task(queue="mail")
def send_mail(*, mail: str) -> None:
    """Send one mail; tried again while the mail server is away."""
    from motcua.engines.messaging.mailing import send

    send(UUID(mail))
