"""Electronic identities by which accounts sign in: linked, and let go."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.rows import store
from motcua.people.accounts.actions.telling import tell
from motcua.people.accounts.models import Account, ExternalIdentity


@transaction.atomic
def link_identity(*, account: Account, provider: str, subject: str) -> None:
    """Let an identity open an account from now on; who may decide that asks first. Raises ``Refused`` for a second."""
    store(ExternalIdentity(account=account, provider=provider, subject=subject, linked_at=timezone.now()))
    tell(account, "identity_linked", references={"provider": provider}, at=timezone.now())


@transaction.atomic
def unlink_identity(*, account: Account, identity: UUID) -> None:
    """Let an identity open an account no longer.

    Raises ``NotFound`` for somebody else's, ``Refused`` for the only way in of an account without a password.
    """
    own = list(ExternalIdentity.objects.select_for_update().filter(account=account).order_by("id"))
    found = next((each for each in own if each.pk == identity), None)
    if found is None:
        raise NotFound(_("There is no such identity."))
    if len(own) == 1 and not account.has_usable_password():
        raise Refused(_("Set a password first: this is your only way to sign in."), code="only_way")
    found.delete()
    tell(account, "identity_unlinked", references={"provider": found.provider}, at=timezone.now())
