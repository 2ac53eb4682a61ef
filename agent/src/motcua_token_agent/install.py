"""Making the agent known to the browsers of this user: native manifests, and a certificate for the fallback."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from motcua_token_agent import certificates
from motcua_token_agent.certificates import Files
from motcua_token_agent.settings import Settings

HOST = "vn.motcua.token_agent"
# The identity that the key in extension/manifest.json gives the extension in Chrome and Edge.
EXTENSION = "moheagnjcchjgailhbledionkpbcojca"
FIREFOX_EXTENSION = "token-agent@motcua.vn"
NICKNAME = "motcua-token-agent"
# Where browsers look for manifests of a user, below the home folder (Linux).
CHROMIUM_FOLDERS = (
    ".config/google-chrome/NativeMessagingHosts",
    ".config/chromium/NativeMessagingHosts",
    ".config/microsoft-edge/NativeMessagingHosts",
)
FIREFOX_FOLDER = ".mozilla/native-messaging-hosts"
# The same in the registry of a Windows user.
CHROMIUM_KEYS = (r"Software\Google\Chrome\NativeMessagingHosts", r"Software\Microsoft\Edge\NativeMessagingHosts")
FIREFOX_KEY = r"Software\Mozilla\NativeMessagingHosts"
WINDOWS_FILES = ("chromium.json", "firefox.json")  # to which the registry points


@dataclass(frozen=True)
class Manifest:
    """A native manifest: for Chromium's family or for Firefox."""

    content: dict[str, Any]
    firefox: bool

    @property
    def text(self) -> str:
        """As the browser reads it."""
        return json.dumps(self.content, indent=2) + "\n"


def manifests(program: Path, extension: str = EXTENSION) -> tuple[Manifest, Manifest]:
    """The manifests that let one extension, and no other, start the program."""
    common = {
        "name": HOST,
        "description": "motcua-token-agent",
        "path": str(program),
        "type": "stdio",
    }
    chromium = {**common, "allowed_origins": [f"chrome-extension://{extension}/"]}
    firefox = {**common, "allowed_extensions": [FIREFOX_EXTENSION]}
    return Manifest(chromium, firefox=False), Manifest(firefox, firefox=True)


def install(settings: Settings, *, program: Path, extension: str, user_home: Path) -> Iterator[str]:
    """Write everything for this user; yields a line for each thing done."""
    for manifest in manifests(program, extension):
        yield from _write_windows(manifest, settings.home) if sys.platform == "win32" else _write(manifest, user_home)
    files = Files.under(settings.home)
    certificates.make(files)
    yield f"{files.certificate}"
    yield _trust_authority(files, user_home)


def uninstall(settings: Settings, *, user_home: Path) -> Iterator[str]:
    """Take everything back but the user's settings; yields what was removed."""
    if sys.platform == "win32":
        yield from _remove_windows(settings.home)
    for folder in (*CHROMIUM_FOLDERS, FIREFOX_FOLDER):
        path = user_home / folder / f"{HOST}.json"
        if path.exists():
            path.unlink()
            yield str(path)
    files = Files.under(settings.home)
    _distrust_authority(user_home)
    for path in (files.authority, files.certificate, files.key):
        if path.exists():
            path.unlink()
            yield str(path)


def host_program() -> Path | None:
    """The native host as pip installed it, beside this Python or on the path."""
    name = "motcua-token-agent-host"
    beside = Path(sys.executable).with_name(name + (".exe" if sys.platform == "win32" else ""))
    found = beside if beside.exists() else shutil.which(name)
    return Path(found).absolute() if found else None


def _write(manifest: Manifest, user_home: Path) -> Iterator[str]:
    for folder in (FIREFOX_FOLDER,) if manifest.firefox else CHROMIUM_FOLDERS:
        path = user_home / folder / f"{HOST}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(manifest.text, encoding="utf-8")
        yield str(path)


def _write_windows(manifest: Manifest, home: Path) -> Iterator[str]:
    import winreg

    path = home / WINDOWS_FILES[manifest.firefox]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(manifest.text, encoding="utf-8")
    for key in (FIREFOX_KEY,) if manifest.firefox else CHROMIUM_KEYS:
        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, rf"{key}\{HOST}") as handle:  # type: ignore[attr-defined]
            winreg.SetValueEx(handle, None, 0, winreg.REG_SZ, str(path))  # type: ignore[attr-defined]
        yield rf"HKCU\{key}\{HOST}"


def _remove_windows(home: Path) -> Iterator[str]:
    import winreg

    for path in (home / name for name in WINDOWS_FILES):
        if path.exists():
            path.unlink()
            yield str(path)
    for key in (*CHROMIUM_KEYS, FIREFOX_KEY):
        try:
            winreg.DeleteKey(winreg.HKEY_CURRENT_USER, rf"{key}\{HOST}")  # type: ignore[attr-defined]
        except FileNotFoundError:
            continue
        yield rf"HKCU\{key}\{HOST}"


def _trust_authority(files: Files, user_home: Path) -> str:
    """Let the browsers of this user trust the authority; what is left to do by hand is said."""
    by_hand = f"Import {files.authority} as an authority for web sites into the browsers."
    if sys.platform == "win32":
        command = ["certutil", "-user", "-f", "-addstore", "Root", str(files.authority)]
        return "Windows certificate store (user)" if _ran(command) else by_hand
    database = user_home / ".pki" / "nssdb"
    if shutil.which("certutil") is None:
        return f"{by_hand} (package libnss3-tools lets this program do it for Chromium)"
    if not database.exists():
        database.mkdir(mode=0o700, parents=True)
        _ran(["certutil", "-N", "-d", f"sql:{database}", "--empty-password"])
    _distrust_authority(user_home)
    added = _ran(["certutil", "-A", "-d", f"sql:{database}", "-t", "C,,", "-n", NICKNAME, "-i", str(files.authority)])
    return f"{database} (Firefox: import {files.authority} by hand)" if added else by_hand


def _distrust_authority(user_home: Path) -> None:
    if sys.platform == "win32":
        _ran(["certutil", "-user", "-delstore", "Root", "motcua-token-agent: only for this machine"])
    elif shutil.which("certutil"):
        _ran(["certutil", "-D", "-d", f"sql:{user_home / '.pki' / 'nssdb'}", "-n", NICKNAME])


def _ran(command: list[str]) -> bool:
    try:
        done = subprocess.run(command, capture_output=True, timeout=60, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
