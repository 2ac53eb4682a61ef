"""JSON from outside, read strictly."""

import json
from typing import Any, NoReturn


class StrictJsonError(ValueError):
    """The bytes are not a JSON document that may be read; the message says why, in English, for its author."""


def strict_json(source: bytes | str, *, most_bytes: int) -> Any:
    """Parse JSON; refuses what is too large or too deep, repeated names, NaN and infinities."""
    raw = source.encode(errors="surrogatepass") if isinstance(source, str) else source
    if len(raw) > most_bytes:
        raise StrictJsonError(f"The file is larger than {most_bytes:,} bytes.")
    try:
        return json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_unique, parse_constant=_constant)
    except RecursionError:
        raise StrictJsonError("The file is nested too deeply.") from None
    except UnicodeDecodeError:
        raise StrictJsonError("The file is not UTF-8 text.") from None
    except json.JSONDecodeError as error:
        raise StrictJsonError(f"Not JSON: {error.msg} in line {error.lineno}, column {error.colno}.") from None
    except StrictJsonError:
        raise
    except ValueError as error:
        raise StrictJsonError(f"Not JSON: {error}.") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise StrictJsonError(f"The name “{twice[:80]}” stands twice in one object.")
    return made


def _constant(name: str) -> NoReturn:
    raise StrictJsonError(f"{name} is not a JSON value.")
