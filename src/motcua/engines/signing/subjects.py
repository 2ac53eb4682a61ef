"""Where what was signed is shown: a room that has documents signed says which page a subject (``dossier:…``) has.

A room registers in its ``AppConfig.ready``::

    subjects.register("dossier", desk_addresses)
"""

from collections.abc import Callable, Collection, Mapping

# Subjects of one kind → the addresses of their pages; who may open them is asked there.
Addresses = Callable[[Collection[str]], Mapping[str, str]]
_finders: dict[str, Addresses] = {}


def register(kind: str, addresses: Addresses) -> None:
    """Let a room answer for the subjects that begin with ``kind:``."""
    _finders[kind] = addresses


def addresses_of(subjects: Collection[str]) -> dict[str, str]:
    """The addresses of those that have a page."""
    found: dict[str, str] = {}
    for kind, addresses in _finders.items():
        own = {subject for subject in subjects if subject.startswith(f"{kind}:")}
        found |= addresses(own) if own else {}
    return found
