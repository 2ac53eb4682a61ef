"""The one way from a request of the editor to a file: its proof, its token, and the right as it is at this moment."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from motcua.engines.editing import discovery, tokens
from motcua.engines.editing.errors import BadToken, Unproven
from motcua.engines.editing.kinds import Rights, kind_of
from motcua.engines.editing.models import EditedFile
from motcua.engines.editing.proof import Proof
from motcua.kernel.errors import NotFound
from motcua.people.accounts.models import Account


@dataclass(frozen=True)
class Called:
    """A file as an editor gets it for an account. ``writes``: token and right of this moment both say so."""

    edited: EditedFile
    account: Account
    rights: Rights
    writes: bool
    editor: discovery.Editor

    def require_writing(self) -> None:
        """Raises ``NotFound`` for who may only read: WOPI knows no other word for it."""
        if not self.writes:
            raise NotFound(_("You may only read this file."))


def called(request: HttpRequest, file: UUID, *, at: datetime) -> Called:
    """Who asks for which file. Cheap checks come first: a stranger's request reaches no database.

    Raises ``NotFound`` where nothing is edited here, for an unknown file and for a right that has ended,
    :class:`BadToken` and :class:`Unproven`.
    """
    editor = discovery.editor()
    text = request.GET.get("access_token", "")
    token = tokens.read(text, file=file, at=at)
    if not editor.sent(_proof(request, text, editor.settings.here), at=at):
        raise Unproven
    edited = EditedFile.objects.select_related("file__blob").filter(pk=file).first()
    account = Account.objects.filter(pk=token.account, is_active=True).first()
    if edited is None or account is None:
        raise NotFound(_("There is no such file."))
    if edited.round != token.round:
        raise BadToken
    rights = kind_of(edited.kind).rights(account, edited.subject)
    return Called(edited, account, rights, token.writes and rights.writes, editor)


def _proof(request: HttpRequest, token: str, here: str) -> Proof:
    """``here`` and not the request's own host: a proxy may have changed that."""
    headers = request.headers
    return Proof(
        token=token,
        address=f"{here}{request.path}?{request.META.get('QUERY_STRING', '')}",
        ticks=headers.get("X-WOPI-TimeStamp", ""),
        signature=headers.get("X-WOPI-Proof", ""),
        old_signature=headers.get("X-WOPI-ProofOld", ""),
    )
