"""Forgetting what sign-in left behind."""

from datetime import timedelta

from django.utils import timezone

from motcua.kernel.jobs import periodic
from motcua.people.accounts.models import KeptForm, Session, StartCode

_KEPT_AFTER_END = timedelta(days=1)  # so that a form posted into an ended session can still be given back


@periodic("41 * * * *")
def forget_sessions() -> None:
    """Delete sessions a day after they ended, forms nobody came back for, and start codes past their time."""
    now = timezone.now()
    Session.objects.filter(expires_at__lte=now - _KEPT_AFTER_END).delete()
    Session.objects.filter(account=None, seen_at__lte=now - _KEPT_AFTER_END).delete()
    KeptForm.objects.filter(expires_at__lte=now).delete()
    StartCode.objects.filter(expires_at__lte=now - _KEPT_AFTER_END).delete()
