"""What ``connectors.toml`` says: the folder of secrets, and the folders through which files are exchanged."""

from pathlib import Path

from django.conf import settings

from motcua.engines.exchange.secret_files import SecretFolder
from motcua.engines.signing.errors import Misconfigured


def secrets() -> SecretFolder:
    """Where secrets stand (``secrets``, default ``MOTCUA_HOME/connectors``)."""
    return SecretFolder(Path(settings.CONNECTORS.get("secrets", settings.HOME / "connectors")))


def folder_of(name: str) -> Path:
    """The folder of a name (section ``folders``): no page can name a path. Raises :class:`Misconfigured`."""
    path = settings.CONNECTORS.get("folders", {}).get(name)
    if path is None:
        raise Misconfigured(f"connectors.toml names no folder {name!r}")
    return Path(path)
