"""Where the agent keeps what it knows, and what an administrator or its user has set.

``config.toml`` of the machine (Linux ``/etc/motcua-token-agent``, Windows ``%PROGRAMDATA%``) comes first, that of the
user adds to it: an administrator's ``first_use = "refuse"`` cannot be undone by a user.
"""

import os
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NAME = "motcua-token-agent"
PORTS = (53952, 53953, 53954, 53955)
PLAIN_PORT = 53951


class WrongSettings(Exception):
    """A ``config.toml`` that cannot be used; the message names it."""


@dataclass(frozen=True)
class Settings:
    """``modules``: PKCS #11 libraries instead of the known ones. ``origins``: pinned keys by origin.

    ``prompt``: a program that asks in place of the agent's own window (``prompts.CommandPrompt``).
    """

    home: Path
    modules: tuple[str, ...] = ()
    origins: dict[str, str] = field(default_factory=dict)
    ask_on_first_use: bool = True
    prompt: tuple[str, ...] = ()
    language: str = "vi"


def user_folder() -> Path:
    """The user's own folder; ``MOTCUA_TOKEN_AGENT_HOME`` names another."""
    if given := os.environ.get("MOTCUA_TOKEN_AGENT_HOME"):
        return Path(given)
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", Path.home() / "AppData" / "Roaming")) / NAME
    return Path(os.environ.get("XDG_CONFIG_HOME", Path.home() / ".config")) / NAME


def machine_folder() -> Path:
    """The folder that only an administrator writes."""
    if sys.platform == "win32":
        return Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData")) / NAME
    return Path("/etc") / NAME


def load() -> Settings:
    """Read both files. Raises :class:`WrongSettings`."""
    home = user_folder()
    machine, user = _file(machine_folder() / "config.toml"), _file(home / "config.toml")
    return Settings(
        home=home,
        modules=(*machine.get("modules", []), *user.get("modules", [])),
        origins={**user.get("origins", {}), **machine.get("origins", {})},
        ask_on_first_use="refuse" not in {machine.get("first_use"), user.get("first_use")},
        prompt=tuple(machine.get("prompt") or user.get("prompt") or ()),
        language=user.get("language") or machine.get("language") or "vi",
    )


def _file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise WrongSettings(f"{path}: {error}") from error
