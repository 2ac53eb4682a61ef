"""Which offices there are, told by the room of organisations: this floor knows none."""

from collections.abc import Callable
from uuid import UUID

Choices = Callable[[], list[tuple[UUID, str]]]

_choices: list[Choices] = []


def register(choices: Choices) -> None:
    """Give the list of offices (key, name) that a working calendar may be set for."""
    _choices[:] = [choices]


def choices() -> list[tuple[UUID, str]]:
    """The offices, as the room that keeps them orders them."""
    return _choices[0]() if _choices else []
