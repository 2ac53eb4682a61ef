"""Reading an API token off a request."""

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import Refused
from motcua.people.accounts.models import ApiToken
from motcua.people.accounts.principals import Principal
from motcua.people.accounts.sealing import digest_of


class Unauthenticated(Refused):
    """No or no valid token."""

    status = 401
    default_code = "unauthenticated"


def authenticate(plain: str) -> Principal:
    """Whose token this is; one statement. Raises :class:`Unauthenticated`."""
    token = (
        ApiToken.objects.select_related("account__officer", "account__party").filter(digest=digest_of(plain)).first()
    )
    alive = token is not None and token.lives_at(timezone.now())
    if token is None or not alive or (token.account is not None and not token.account.is_active):
        raise Unauthenticated(_("The token is not valid or has expired."))
    return Principal(account=token.account, service=token.service, scopes=frozenset(token.scopes), token_id=token.pk)


def principal_of(request: HttpRequest) -> Principal:
    """Who asks: the bearer of a token (RFC 6750). Raises :class:`Unauthenticated`."""
    scheme, _space, plain = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated(_("Send an API token: “Authorization: Bearer …”."))
    return authenticate(plain.strip())
