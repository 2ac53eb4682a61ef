"""The PIN of a token that the server itself opens: from a file or an environment variable, never from the toml.

A token counts wrong PINs and locks itself after a few, so a PIN that was refused is not tried again, by no process of
this installation, until the file or the variable says another one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from os import environ
from pathlib import Path
from typing import Any

from django.conf import settings

from motcua.engines.signing.errors import Misconfigured
from motcua.people.accounts.sealing import keyed_digest

_READ_BY_ALL = 0o004


@dataclass(frozen=True)
class Pin:
    """Where the PIN of a token is: ``file`` or ``variable``. ``token`` tells refused PINs of several tokens apart."""

    token: str
    file: str = ""
    variable: str = ""

    @classmethod
    def from_options(cls, token: str, options: Mapping[str, Any]) -> "Pin":
        """Read ``pin_file`` or ``pin_variable``. Raises :class:`Misconfigured` unless there is exactly one."""
        file, variable = str(options.get("pin_file", "")), str(options.get("pin_variable", ""))
        if bool(file) == bool(variable):
            raise Misconfigured("write either pin_file or pin_variable: where the token's PIN is.")
        if "pin" in options:
            raise Misconfigured("write no pin here, only where it is (pin_file or pin_variable).")
        return cls(token, file, variable)

    def read(self) -> str:
        """The PIN. Raises :class:`Misconfigured` when it is not there, or everybody may read it."""
        if self.variable:
            found = environ.get(self.variable, "")
        else:
            try:
                if Path(self.file).stat().st_mode & _READ_BY_ALL:
                    raise Misconfigured(f"everybody may read {self.file}: chmod 600 it.")
                found = Path(self.file).read_text().rstrip("\r\n")
            except (OSError, UnicodeDecodeError) as error:
                raise Misconfigured(f"the PIN in {self.file} cannot be read: {error}") from error
        if not found:
            raise Misconfigured(f"there is no PIN in {self.variable or self.file}.")
        return found

    def was_refused(self, pin: str) -> bool:
        """Whether the token has refused this PIN before, to any process of this installation."""
        return self._mark.exists() and self._mark.read_text() == self._digest(pin)

    def note_refused(self, pin: str) -> None:
        """Remember that the token does not take this PIN; what is kept is a keyed digest."""
        self._mark.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._mark.touch(mode=0o600)
        self._mark.write_text(self._digest(pin))

    def note_accepted(self) -> None:
        """Forget what was refused before."""
        self._mark.unlink(missing_ok=True)

    @property
    def _mark(self) -> Path:
        name = keyed_digest(self.token, purpose="token")[:16]
        return Path(settings.HOME) / "signing" / f"refused-pin-{name}"

    def _digest(self, pin: str) -> str:
        return keyed_digest(f"{self.token}\0{pin}", purpose="token-pin")
