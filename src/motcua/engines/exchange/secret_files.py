"""A folder of secrets: pages name its files, never what they hold, and reach no other file of the server."""

import re
from dataclasses import dataclass
from pathlib import Path

from motcua.engines.signing.errors import Misconfigured
from motcua.engines.signing.providers.http import secret

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


def is_name(name: str) -> bool:
    """Whether a text can name a file of a folder of secrets."""
    return _NAME.fullmatch(name) is not None


@dataclass(frozen=True)
class SecretFolder:
    """The folder at ``path``."""

    path: Path

    def path_of(self, name: str) -> Path:
        """A file of the folder. Raises :class:`Misconfigured` for what is no plain name."""
        if not is_name(name):
            raise Misconfigured(f"{name!r} is no name of a file in {self.path}")
        return self.path / name

    def secret_in(self, name: str) -> str:
        """The secret in a file of the folder. Raises :class:`Misconfigured`."""
        return secret({"secret_file": str(self.path_of(name))}, "secret")
