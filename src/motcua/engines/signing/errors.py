"""Why something could not be signed. Faults of files and set-up; what a person may not do is a ``Refused``."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


class SigningError(Exception):
    """The document or the key does not allow this signature."""


class FieldMissing(SigningError):
    """The document has no empty field of that name; fields are made when the document is rendered, never later."""


class Misconfigured(SigningError):
    """A section of ``signing.toml`` that cannot be used; the message names the section and what is wrong."""


class Unsignable(SigningError):
    """The file itself allows no further signature. ``code`` says why in a word, the message in words for people."""

    def __init__(self, code: str, message: "str | StrPromise") -> None:
        super().__init__(message)
        self.code = code

    @classmethod
    def damaged(cls) -> "Unsignable":
        """What no program can read."""
        return cls("damaged", _("the file is damaged, or is not a PDF"))
