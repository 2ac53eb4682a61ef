"""Why something could not be signed. Faults of files and set-up; what a person may not do is a ``Refused``."""


class SigningError(Exception):
    """The document or the key does not allow this signature."""


class FieldMissing(SigningError):
    """The document has no empty field of that name; fields are made when the document is rendered, never later."""


class Misconfigured(SigningError):
    """A section of ``signing.toml`` that cannot be used; the message names the section and what is wrong."""
