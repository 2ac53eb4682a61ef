"""What the JSON interface of every room is made of: strict input, pages, and mistakes told field by field."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from ninja import Field, Schema
from ninja.parser import Parser
from pydantic import ConfigDict

from motcua.kernel.errors import Invalid, Refused
from motcua.kernel.text.strictjson import StrictJsonError, strict_json

_JSON_TYPE = re.compile(r"application/(?:[\w.-]+\+)?json", re.IGNORECASE)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class BadRequest(Refused):
    """A request that cannot be read at all."""

    status = 400
    default_code = "bad_request"


class TooLarge(Refused):
    """413: the body is larger than any may be."""

    status = 413
    default_code = "too_large"


class WrongMediaType(Refused):
    """415: the body is said to be something else than what is read here."""

    status = 415
    default_code = "media_type"


class Input(Schema):
    """What a client sends. A name that is not declared is refused: nothing is set by accident or on purpose."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Listed(Schema):
    """A page of a list; the cursors are given back as they are, null where there is no such page."""

    next: str | None = Field(None, description="Cursor of the following page")
    previous: str | None = Field(None, description="Cursor of the page before")


class PageQuery(Schema):
    """Which page of a list is asked for, and how long a page is."""

    cursor: str | None = None
    limit: int = Field(30, ge=1, le=200)


class StrictParser(Parser):
    """JSON without repeated names, NaN or text that PostgreSQL cannot store."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """The JSON body. Raises :class:`BadRequest` or :class:`WrongMediaType`."""
        if request.content_type and not _JSON_TYPE.fullmatch(request.content_type):
            raise WrongMediaType(_("Send the body as application/json."))
        try:
            parsed: dict[str, Any] = strict_json(request.body, most_bytes=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        except StrictJsonError as error:
            raise BadRequest(_("The body is not JSON: %(reason)s") % {"reason": error}, code="not_json") from error
        check_text(parsed)
        return parsed

    def parse_querydict(
        self, data: "MultiValueDict[str, Any]", list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        """Query parameters or form fields."""
        check_text({name: data.getlist(name) for name in data if isinstance(data[name], str)})
        return super().parse_querydict(data, list_fields, request)


def check_text(parsed: object) -> None:
    """Raise :class:`BadRequest` for a NUL character or half a surrogate pair anywhere."""
    if _UNSTORABLE.search(parsed if isinstance(parsed, str) else _flat(parsed)):
        raise BadRequest(_("The text holds characters that cannot be stored."), code="characters")


def _flat(parsed: object) -> str:
    # Escaped control characters would hide from the pattern: JSON writes NUL as \u0000.
    return json.dumps(parsed, ensure_ascii=False).replace("\\u0000", "\x00")


def invalid(errors: Sequence[Mapping[str, Any]]) -> Invalid:
    """Pydantic's findings as a refusal that names each input by its path, in the language of the request."""
    found: dict[str, str] = {}
    for error in errors:
        found.setdefault(_path(error["loc"]), _sentence(error))
    return Invalid(_("Some of the input is not right."), errors=found)


def _path(loc: Sequence[object]) -> str:
    """``("body", "data", "applicant", "kind")`` is ``applicant.kind`` to the client: the body has no name."""
    steps = [str(step) for step in loc]
    return ".".join(steps[2:] if steps[0] == "body" and len(steps) > 2 else steps[1:]) or steps[0]


def _one_of(given: Mapping[str, Any]) -> str:
    values = given["expected"].replace("'", "").replace(" or ", ", ")  # Pydantic writes "'a', 'b' or 'c'"
    return _("Choose one of: %(values)s.") % {"values": values}


_SENTENCES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda given: _("This is needed."),
    "extra_forbidden": lambda given: _("There is no such field."),
    "literal_error": _one_of,
    "enum": _one_of,
    "string_too_short": lambda given: _("At least %(n)d characters are needed.") % {"n": given["min_length"]},
    "string_too_long": lambda given: _("At most %(n)d characters are allowed.") % {"n": given["max_length"]},
    "too_short": lambda given: _("At least %(n)d entries are needed.") % {"n": given["min_length"]},
    "too_long": lambda given: _("At most %(n)d entries are allowed.") % {"n": given["max_length"]},
    "greater_than_equal": lambda given: _("The least value is %(n)s.") % {"n": given["ge"]},
    "less_than_equal": lambda given: _("The greatest value is %(n)s.") % {"n": given["le"]},
    "string_pattern_mismatch": lambda given: _("This is not written as it must be."),
}
_KINDS: Sequence[tuple[str, Callable[[], str]]] = (
    ("string", lambda: _("This must be a text.")),
    ("int", lambda: _("This must be a whole number.")),
    ("decimal", lambda: _("This must be a number.")),
    ("bool", lambda: _("This must be true or false.")),
    ("uuid", lambda: _("This must be a UUID.")),
    ("datetime", lambda: _("This must be a time such as 2026-11-22T08:00:00+07:00.")),
    ("date", lambda: _("This must be a day such as 2026-11-22.")),
    ("timezone", lambda: _("This must be a time such as 2026-11-22T08:00:00+07:00.")),
    ("list", lambda: _("This must be a list.")),
    ("dict", lambda: _("This must be an object.")),
    ("model", lambda: _("This must be an object.")),
)


def _sentence(error: Mapping[str, Any]) -> str:
    kind, given = error["type"], error.get("ctx", {})
    if kind in _SENTENCES:
        return _SENTENCES[kind](given)
    return next((say() for prefix, say in _KINDS if kind.startswith(prefix)), _("This value is not possible."))
