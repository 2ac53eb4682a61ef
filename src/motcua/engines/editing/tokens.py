"""Access tokens: signed, for one account, one file and one right, for hours at most.

Nothing of them is stored. What a token says is looked up anew at each use: whether the account still may do that
(``access``), and whether editing was ended by hand meanwhile (``round``).
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.core.signing import BadSignature, Signer

from motcua.engines.editing.errors import BadToken

_signer = Signer(salt="editing.token", sep=".")  # all its characters may stand in an address as they are


@dataclass(frozen=True)
class Token:
    """What one token allows."""

    file: UUID
    account: UUID
    writes: bool
    round: int
    until: datetime

    def written(self) -> str:
        """The text that the editor gets."""
        return _signer.sign_object(
            [self.file.hex, self.account.hex, int(self.writes), self.round, int(self.until.timestamp())]
        )


def read(text: str, *, file: UUID, at: datetime) -> Token:
    """A token for a file. Raises :class:`BadToken`."""
    try:
        named, account, writes, number, until = _signer.unsign_object(text)
        token = Token(UUID(named), UUID(account), bool(writes), int(number), datetime.fromtimestamp(until, UTC))
    except (BadSignature, ValueError, TypeError) as error:
        raise BadToken from error
    if token.file != file or at >= token.until:
        raise BadToken
    return token
