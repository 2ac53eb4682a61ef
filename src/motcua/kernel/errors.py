"""What the house refuses, and how it says so.

Actions and access functions raise these; pages turn them into messages beside the field, the API into problem
details (RFC 9457). The message is for the person in front of the screen and is already translated.
"""


class Refused(Exception):
    """A request that a rule does not allow. ``field`` names the input at fault, ``code`` is stable for machines."""

    status = 422
    default_code = "refused"

    def __init__(self, message: str, *, field: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.code = code or self.default_code


class NotFound(Refused):
    """No such object, or none that this person may know of."""

    status = 404
    default_code = "not_found"


class NotAllowed(Refused):
    """The object is known to the person, the act is not theirs to do."""

    status = 403
    default_code = "not_allowed"


class NotOffered(Refused):
    """The address is there but does not take this method."""

    status = 405
    default_code = "method"


class Conflict(Refused):
    """Somebody else was faster: the object has moved since it was read."""

    status = 409
    default_code = "conflict"


class Invalid(Refused):
    """Several inputs at fault at once: ``errors`` maps a field path to its message."""

    default_code = "invalid"

    def __init__(self, message: str, *, errors: dict[str, str]) -> None:
        super().__init__(message)
        self.errors = errors
