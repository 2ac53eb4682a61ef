"""Applying together: what a confirmation covers, and whether there are enough of them. Pure."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    """What one of those invited has said: ``confirmed`` the content with ``digest``; on ``paper`` all of it."""

    confirmed: bool
    digest: str = ""
    paper: bool = False

    def holds(self, digest: str) -> bool:
        """Whether it is a confirmation of this content: what was changed since is not confirmed."""
        return self.confirmed and (self.paper or self.digest == digest)


def content_digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content of an application, in hexadecimal; the same whatever the order of its keys."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def lacking(answers: Collection[Answer], digest: str, *, least: int, everyone: bool) -> int:
    """How many confirmations are still missing before the application may be sent."""
    held = sum(answer.holds(digest) for answer in answers)
    needed = max(least, len(answers)) if everyone else least
    return max(0, needed - held)
