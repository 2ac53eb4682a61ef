"""What the menu asks: whether somebody is signed in, and how much is unread."""

from django.http import HttpRequest

from motcua.kernel.web.navigation import Waiting

_UNREAD = "SELECT FROM messaging_notice WHERE recipient_id = %s AND read_at IS NULL AND shown"


def is_signed_in(request: HttpRequest) -> bool:
    """Notices have a reader."""
    return request.user.is_authenticated


def unread(request: HttpRequest) -> Waiting:
    """The notices that the person has not read."""
    return Waiting(_UNREAD, [request.user.pk])
