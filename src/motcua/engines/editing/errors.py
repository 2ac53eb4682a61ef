"""What an editor is refused, as WOPI tells it: by status alone, and for a lock by the one that holds."""

from django.utils.translation import gettext as _

from motcua.kernel.errors import Refused


class Misconfigured(Exception):
    """``editing.toml`` cannot be used, or what the editor publishes of itself; the message is for the operator."""


class BadToken(Refused):
    """No token of ours, one for another file, or one that has expired or was withdrawn."""

    status = 401
    default_code = "token"

    def __init__(self) -> None:
        super().__init__(_("This editor is open for too long. Close it and open the document again."))


class Unproven(Refused):
    """The request does not come from the configured editor. WOPI asks for 500 here."""

    status = 500
    default_code = "proof"

    def __init__(self) -> None:
        super().__init__(_("This request does not come from the editor."))


class Locked(Refused):
    """Another lock holds, or none where one is needed (empty); ``lock`` is told to the editor."""

    status = 409
    default_code = "lock"

    def __init__(self, lock: str) -> None:
        super().__init__(_("Somebody else is editing this file."))
        self.lock = lock


class Malformed(Refused):
    """A request without what WOPI asks for, or content that is not accepted."""

    status = 400
    default_code = "malformed"


class TooLarge(Refused):
    """The edited file has become larger than ``most_mb`` allows."""

    status = 413
    default_code = "too_large"

    def __init__(self) -> None:
        super().__init__(_("The edited file is too large."))


class NotDone(Refused):
    """An operation of WOPI that this house does not offer."""

    status = 501
    default_code = "not_implemented"

    def __init__(self) -> None:
        super().__init__(_("The editor asked for something that is not done here."))
