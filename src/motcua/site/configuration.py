"""What the environment says, checked at start.

Every variable begins with ``MOTCUA_``. A wrong one stops the program with a sentence that names it.
"""

import os
import secrets
import tempfile
import tomllib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


class ConfigurationError(Exception):
    """A ``MOTCUA_`` variable that cannot be used; the message names it."""


def home() -> Path:
    """The folder that holds everything this installation stores: ``MOTCUA_HOME``, default ``./var``."""
    return Path(os.environ.get("MOTCUA_HOME", "var")).absolute()


def text(name: str, *, default: str) -> str:
    """A variable that is one line of text."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    """A yes-or-no variable: 1/0, true/false, yes/no."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ConfigurationError(f"{name}={value!r}: write 1 or 0.")


def number(name: str, *, default: int, least: int = 0, most: int = 2**31) -> int:
    """A whole-number variable within its bounds."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    if not value.isdecimal() or not least <= int(value) <= most:
        raise ConfigurationError(f"{name}={value!r}: write a whole number from {least} to {most}.")
    return int(value)


def listed(name: str, *, default: list[str]) -> list[str]:
    """A comma-separated variable."""
    value = os.environ.get(name, "")
    return [part.strip() for part in value.split(",") if part.strip()] or default


def addresses(name: str) -> list[str]:
    """A comma-separated variable of web addresses."""
    found = listed(name, default=[])
    for each in found:
        if not _is_address(each):
            raise ConfigurationError(
                f"{name}={each!r}: write addresses such as http://host/path or https://host:port/path, with commas"
                " between them."
            )
    return found


def _is_address(text: str) -> bool:
    """Whether a text is a web address with a host and, if any, a possible port."""
    try:
        parts = urlsplit(text)
        usable = parts.port is None or parts.port > 0
    except ValueError:
        return False
    is_plain = text.isascii() and text.isprintable() and not set(' <>"{}|\\^`') & set(text)
    return usable and is_plain and parts.scheme in {"http", "https"} and bool(parts.hostname)


def signature_level(authorities: list[str]) -> str:
    """``MOTCUA_SIGNATURE_LEVEL``: the highest unless given, but only B-B without a time-stamp authority to ask."""
    level = one_of(
        "MOTCUA_SIGNATURE_LEVEL", ("B-B", "B-T", "B-LT", "B-LTA"), default="B-LTA" if authorities else "B-B"
    )
    if level != "B-B" and not authorities:
        raise ConfigurationError(
            f"MOTCUA_SIGNATURE_LEVEL={level!r}: it needs time stamps: name who gives them in MOTCUA_TSA_URL."
        )
    return level


def one_of(name: str, choices: tuple[str, ...], *, default: str) -> str:
    """A variable that is one of a few words."""
    value = text(name, default=default)
    if value not in choices:
        raise ConfigurationError(f"{name}={value!r}: write one of {', '.join(choices)}.")
    return value


# Planning nine joined tables in every order cost 20 ms and more, running the page's query 0.3 ms: joins are
# written from the narrow table outwards, so trying four at a time finds the same plans.
_SESSION = "-c jit=off -c timezone=UTC -c join_collapse_limit=4 -c from_collapse_limit=4"


@dataclass(frozen=True)
class Database:
    """Where PostgreSQL is."""

    name: str
    user: str
    password: str
    host: str
    port: str
    options: dict[str, str]

    def as_django(self) -> dict[str, object]:
        """The ``DATABASES["default"]`` entry. Connections persist: opening one costs more than most requests."""
        return {
            "ENGINE": "motcua.kernel.postgresql",
            "NAME": self.name,
            "USER": self.user,
            "PASSWORD": self.password,
            "HOST": self.host,
            "PORT": self.port,
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {"options": _SESSION, **self.options},
        }


def database_from_url(url: str) -> Database:
    """Read ``postgresql://user:password@host:port/name?option=value``.

    A ``host`` option names a socket folder. Raises :class:`ConfigurationError` for another scheme or no name.
    """
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in {"postgres", "postgresql"} or not name:
        raise ConfigurationError("MOTCUA_DATABASE_URL: write postgresql://user:password@host:port/name.")
    host = options.pop("host", None) or unquote(parts.hostname or "")
    port = str(parts.port or options.pop("port", ""))
    return Database(name, unquote(parts.username or ""), unquote(parts.password or ""), host, port, options)


def port() -> int:
    """``MOTCUA_PORT``: where the web pages are served."""
    return number("MOTCUA_PORT", default=8000, least=1, most=65535)


def streams_port() -> int:
    """``MOTCUA_STREAMS_PORT``: where ``motcua streams`` listens."""
    return number("MOTCUA_STREAMS_PORT", default=8002, least=1, most=65535)


def streams_url() -> str:
    """``MOTCUA_STREAMS_URL``: where browsers find the streams; empty for the origin of the pages.

    ``:8123`` is another port of the page's own host. Raises :class:`ConfigurationError` for what is no address.
    """
    found = text("MOTCUA_STREAMS_URL", default="").rstrip("/")
    if found and not found.startswith(("https://", "http://")) and not (found[0] == ":" and found[1:].isdecimal()):
        raise ConfigurationError(
            f"MOTCUA_STREAMS_URL={found!r}: write https://host, or :port for the page's own host."
        )
    return found


def map_tiles() -> str:
    """``MOTCUA_MAP_TILES``: where browsers get the tiles of a map; empty for none.

    Raises :class:`ConfigurationError` for what is no address with ``{z}``, ``{x}`` and ``{y}``.
    """
    found = text("MOTCUA_MAP_TILES", default="")
    plain = found
    for place in ("{z}", "{x}", "{y}"):
        plain = plain.replace(place, "1", 1)
    if found and (plain.count("1") - found.count("1") != 3 or not _is_address(plain)):
        raise ConfigurationError(f"MOTCUA_MAP_TILES={found!r}: write https://host/…/{{z}}/{{x}}/{{y}}.png.")
    return found


def origin(address: str) -> str:
    """Scheme, host and port of a web address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def database_url() -> str:
    """``MOTCUA_DATABASE_URL``, else the embedded server's address (its file is written when it starts)."""
    given = os.environ.get("MOTCUA_DATABASE_URL", "").strip()
    address = home() / "postgres.url"
    if given or not address.exists():
        return given or "postgresql:///motcua"
    return address.read_text().strip()


def sections(variable: str, file: str) -> dict[str, dict[str, Any]]:
    """The sections of the file that a variable names (default ``MOTCUA_HOME/FILE``), such as one a signing provider.

    No file means no section.
    """
    read, path = _toml(variable, file)
    if wrong := [name for name, section in read.items() if not isinstance(section, dict)]:
        raise ConfigurationError(f"{variable}: {path}: write {wrong[0]} under a [section].")
    return read


def national_portal() -> dict[str, Any]:
    """``MOTCUA_NATIONAL_PORTAL`` (default ``MOTCUA_HOME/national-portal.toml``): how the national portal is reached.

    No file means that this house is not connected with it.
    """
    options, path = _toml("MOTCUA_NATIONAL_PORTAL", "national-portal.toml")
    for name in ("url", "unit", "username", "password_file") if options else ():
        if not isinstance(options.get(name), str) or not options[name].strip():
            raise ConfigurationError(f"MOTCUA_NATIONAL_PORTAL: {path}: {name} is missing.")
    return options


def exchange() -> dict[str, Any]:
    """``MOTCUA_EXCHANGE`` (default ``MOTCUA_HOME/exchange.toml``): secrets and the signing key of the exchange."""
    options, path = _toml("MOTCUA_EXCHANGE", "exchange.toml")
    for name, value in options.items():
        if name not in _EXCHANGE or not isinstance(value, str) or not value.strip():
            raise ConfigurationError(
                f"MOTCUA_EXCHANGE: {path}: {name} is not one of {', '.join(_EXCHANGE)}, or empty."
            )
    if ("certificate_file" in options) != ("key_file" in options):
        raise ConfigurationError(f"MOTCUA_EXCHANGE: {path}: certificate_file and key_file belong together.")
    return options


def editing() -> dict[str, Any]:
    """``MOTCUA_EDITING`` (default ``MOTCUA_HOME/editing.toml``): the editor for documents in the browser.

    No file means that documents are edited elsewhere and uploaded.
    """
    options, path = _toml("MOTCUA_EDITING", "editing.toml")
    if options and (not isinstance(options.get("url"), str) or not options["url"].strip()):
        raise ConfigurationError(f"MOTCUA_EDITING: {path}: url is missing.")
    return options


def connectors() -> dict[str, Any]:
    """``MOTCUA_CONNECTORS`` (default ``MOTCUA_HOME/connectors.toml``): secrets and folders of line systems."""
    options, path = _toml("MOTCUA_CONNECTORS", "connectors.toml")
    folders = options.get("folders", {})
    texts = [options.get("secrets", "-"), *(folders.values() if isinstance(folders, dict) else [None])]
    if set(options) - {"secrets", "folders"} or not all(isinstance(each, str) and each.strip() for each in texts):
        raise ConfigurationError(
            f"MOTCUA_CONNECTORS: {path}: write secrets = a folder, and name = a folder under [folders]."
        )
    return options


_EXCHANGE = ("certificate_file", "key_file", "secrets", "client_certificate_header")


def _toml(variable: str, default: str) -> tuple[dict[str, Any], Path]:
    """A file that a variable names, or one in ``MOTCUA_HOME`` that need not be there."""
    given = os.environ.get(variable, "").strip()
    path = Path(given) if given else home() / default
    if not given and not path.exists():
        return {}, path
    try:
        return tomllib.loads(path.read_text()), path
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{variable}: {path} cannot be read: {error}") from error


def secret(name: str) -> str:
    """A secret made once and kept in ``MOTCUA_HOME/secrets/NAME`` (0600), unless ``MOTCUA_NAME`` gives it."""
    given = os.environ.get(f"MOTCUA_{name.upper()}", "")
    if given:
        return given
    path = home() / "secrets" / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=path.parent) as file:  # 0600; nobody ever reads half a secret
            file.write(secrets.token_urlsafe(50))
            file.flush()
            with suppress(FileExistsError):
                os.link(file.name, path)
    return path.read_text()
