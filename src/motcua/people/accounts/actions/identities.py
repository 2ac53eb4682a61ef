"""Electronic identities by which accounts sign in: linked, and let go."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.events.models import Event
from motcua.kernel.rows import store
from motcua.people.accounts.actions.resets import forget_sign_in
from motcua.people.accounts.actions.telling import tell
from motcua.people.accounts.models import Account, ExternalIdentity


@transaction.atomic
def link_identity(*, account: Account, provider: str, subject: str) -> bool:
    """Let a proven identity open an account from now on; who may decide that asks first.

    Whatever opened the account while nobody had seen its holder ends, for somebody else may have chosen it; answers
    whether there was any. Raises ``Refused`` for a second identity of a provider.
    """
    ended = end_unseen(account=account, provider=provider, subject=subject)
    store(ExternalIdentity(account=account, provider=provider, subject=subject, linked_at=timezone.now()))
    tell(account, "identity_linked", references={"provider": provider}, at=timezone.now())
    return ended


@transaction.atomic
def end_unseen(*, account: Account, provider: str, subject: str) -> bool:
    """End whatever opened an account while nobody had seen its holder, but for the identity that is proven now.

    Answers whether there was any. It ends once: afterwards only a start code sets a password.
    """
    seen = Event.objects.filter(stream=f"account:{account.pk}", kind="account.password_set")
    if not account.has_usable_password() or seen.exists():
        return False
    now = timezone.now()
    forget_sign_in(account, at=now)
    ExternalIdentity.objects.filter(account=account).exclude(provider=provider, subject=subject).delete()
    account.email = account.phone = None
    account.save(update_fields=["email", "phone"])
    tell(account, "unseen_ended", at=now)
    return True


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
