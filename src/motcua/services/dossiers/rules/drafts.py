"""How two states of what is typed on a page are told apart."""

import hashlib
import json
from collections.abc import Iterable, Mapping


def mark_of(typed: Mapping[str, list[str]], names: Iterable[str]) -> str:
    """A mark of the texts in these fields, the same wherever the same is typed; as an entity tag (RFC 9110).

    A field that holds nothing is like one that is not there.
    """
    texts = {name: [text for text in typed.get(name, ()) if text] for name in names}
    filled = sorted((name, values) for name, values in texts.items() if values)
    return f'"{hashlib.sha256(json.dumps(filled).encode()).hexdigest()[:32]}"'
