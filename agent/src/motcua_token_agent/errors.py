"""Why there is no signature, in words that a page can translate."""

from enum import StrEnum


class Code(StrEnum):
    """What went wrong. The server maps each to a fault it records, the page to a sentence."""

    REQUEST_INVALID = "request_invalid"
    REQUEST_EXPIRED = "request_expired"
    REQUEST_REPLAYED = "request_replayed"
    ORIGIN_UNKNOWN = "origin_unknown"
    ORIGIN_MISMATCH = "origin_mismatch"
    KEY_CHANGED = "key_changed"
    NO_MODULE = "no_module"
    NO_TOKEN = "no_token"  # noqa: S105
    TOKEN_REMOVED = "token_removed"  # noqa: S105
    NO_CERTIFICATE = "no_certificate"
    CERTIFICATE_EXPIRED = "certificate_expired"
    NO_KEY = "no_key"
    PIN_WRONG = "pin_wrong"
    PIN_BLOCKED = "pin_blocked"
    USER_CANCELLED = "user_cancelled"
    BUSY = "busy"
    NO_DISPLAY = "no_display"
    FAILED = "failed"


class Problem(Exception):
    """No signature; ``detail`` is for whoever runs the machine and holds nothing secret."""

    def __init__(self, code: Code, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else str(code))
        self.code = code
        self.detail = detail
