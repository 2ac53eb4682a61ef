"""Secret documents are refused, by the mark that somebody names or that stands on them: the law keeps them off this
network.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from motcua.kernel.errors import Refused
from motcua.services.correspondence.rules.incoming import bears_secret_mark, is_secret


def require_open(mark: str) -> None:
    """Raises ``Refused`` for a mark of secrecy."""
    if is_secret(mark):
        raise _refusal()


def require_unmarked(lines: Sequence[str]) -> None:
    """Raises ``Refused`` where a mark of secrecy stands on a document, of these lines."""
    if bears_secret_mark(lines):
        raise _refusal()


def _refusal() -> Refused:
    text = _("Secret documents are not handled in this system. Take it to the clerk for secret documents.")
    return Refused(text, field="secrecy", code="secret")
