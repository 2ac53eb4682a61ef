"""Native messaging over real pipes, as Chrome and Firefox start the host; the manifests that let them."""

import json
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from motcua_token_agent import install
from motcua_token_agent.settings import Settings
from tests.agent.requests import ORIGIN, request
from tests.agent.running import Desk
from tests.agent.test_signing import signed_by
from tests.engines.signing.softhsm import ROOT, Token


class Host:
    """The browser's end of the pipes."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process

    def ask(self, **message: Any) -> dict[str, Any]:
        self.send(json.dumps(message).encode())
        return self.receive()

    def send(self, data: bytes, *, length: int | None = None) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(struct.pack("=I", len(data) if length is None else length) + data)
        self.process.stdin.flush()

    def receive(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        (length,) = struct.unpack("=I", self.process.stdout.read(4))
        answer: dict[str, Any] = json.loads(self.process.stdout.read(length))
        return answer


@pytest.fixture
def host(token_desk: Desk) -> Iterator[Host]:
    command = [sys.executable, "-m", "motcua_token_agent.native", f"chrome-extension://{install.EXTENSION}/"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, env=token_desk.environment, **pipes) as process:
        yield Host(process)
        assert process.stdin is not None
        if not process.stdin.closed:
            process.stdin.close()
        assert process.wait(timeout=20) == 0


def test_a_browser_signs_over_pipes(host: Host, token_desk: Desk, usb_token: Token) -> None:
    token_desk.person.will_say({"pin": usb_token.pin})
    assert host.ask(id=1, command="version")["agent"] == "motcua-token-agent"
    listed = host.ask(id=2, command="certificates", origin=ORIGIN, request=request("certificates"))
    assert (listed["id"], listed["status"]) == (2, "ok")
    answer = host.ask(id=3, command="sign", origin=ORIGIN, request=request(key=usb_token.key("rsa"), count=200))
    assert answer["id"] == 3
    assert signed_by(usb_token, "rsa", answer, count=200)


def test_another_origin_and_another_command_are_refused(host: Host, usb_token: Token) -> None:
    asked = request(key=usb_token.key("ec"))
    assert host.ask(id=1, command="sign", origin="https://gia-mao.example", request=asked)["code"] == "origin_mismatch"
    assert host.ask(id=2, command="sign", request=asked)["code"] == "origin_mismatch"
    assert host.ask(id=3, command="decrypt", origin=ORIGIN, request=asked)["code"] == "request_invalid"
    assert host.ask(id=4, command="sign", origin=ORIGIN)["code"] == "request_invalid"


@pytest.mark.parametrize(("data", "length"), [(b"{", None), (b"[]", None), (b"", 1 << 30)])
def test_what_is_no_message_ends_the_conversation(host: Host, data: bytes, length: int | None) -> None:
    host.send(data, length=length)
    assert host.receive()["code"] == "request_invalid"


def test_the_manifests_name_our_extension_and_no_other(tmp_path: Path, token_desk: Desk) -> None:
    program = tmp_path / "host"
    environment = token_desk.environment | {
        "HOME": str(tmp_path),
        "MOTCUA_TOKEN_AGENT_HOME": str(tmp_path / "agent"),
        "PATH": "",
    }
    command = [sys.executable, "-m", "motcua_token_agent"]
    done = subprocess.run(
        [*command, "install", "--program", str(program)], env=environment, capture_output=True, check=True
    )
    assert b"by hand" in done.stdout or b"Import" in done.stdout  # no certutil on an empty PATH
    chrome = json.loads((tmp_path / ".config/chromium/NativeMessagingHosts" / f"{install.HOST}.json").read_text())
    firefox = json.loads((tmp_path / ".mozilla/native-messaging-hosts" / f"{install.HOST}.json").read_text())
    assert chrome["allowed_origins"] == [f"chrome-extension://{install.EXTENSION}/"]
    assert firefox["allowed_extensions"] == [install.FIREFOX_EXTENSION]
    assert chrome["path"] == firefox["path"] == str(program)
    assert (tmp_path / "agent/agent.pem").exists()
    subprocess.run([*command, "uninstall"], env=environment, check=True, capture_output=True)
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert left == []


class Registry:
    """What of Windows' registry is used, by its names."""

    HKEY_CURRENT_USER, REG_SZ = "HKCU", "REG_SZ"

    def __init__(self) -> None:
        self.keys: dict[str, str] = {}

    @contextmanager
    def CreateKey(self, root: str, key: str) -> Iterator[str]:  # noqa: N802 - as it is called there
        yield rf"{root}\{key}"

    def SetValueEx(self, handle: str, name: None, _reserved: int, kind: str, value: str) -> None:  # noqa: N802
        assert (name, kind) == (None, self.REG_SZ)
        self.keys[handle] = value

    def DeleteKey(self, root: str, key: str) -> None:  # noqa: N802
        if self.keys.pop(rf"{root}\{key}", None) is None:
            raise FileNotFoundError(key)


def test_on_windows_the_registry_of_the_user_points_to_the_manifests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry, settings = Registry(), Settings(tmp_path / "agent")
    monkeypatch.setitem(sys.modules, "winreg", registry)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("PATH", "")
    program = Path("C:/agent/motcua-token-agent-host.exe")
    done = list(install.install(settings, program=program, extension=install.EXTENSION, user_home=tmp_path))
    assert "Import" in done[-1]  # Windows' own certutil is not here
    browsers = {key.split("\\")[3]: json.loads(Path(file).read_text()) for key, file in registry.keys.items()}
    assert {name: each["path"] for name, each in browsers.items()} == dict.fromkeys(browsers, str(program))
    assert {name for name, each in browsers.items() if "allowed_origins" in each} == {"Chrome", "Edge"}
    assert browsers["NativeMessagingHosts"]["allowed_extensions"] == [install.FIREFOX_EXTENSION]
    for _again in range(2):
        list(install.uninstall(settings, user_home=tmp_path))
    assert registry.keys == {}
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_extension_has_the_identity_that_the_manifests_name() -> None:
    import base64
    import hashlib

    manifest = json.loads((ROOT / "agent/extension/manifest.json").read_text())
    digest = hashlib.sha256(base64.b64decode(manifest["key"])).hexdigest()[:32]
    assert "".join(chr(ord("a") + int(digit, 16)) for digit in digest) == install.EXTENSION
    assert manifest["browser_specific_settings"]["gecko"]["id"] == install.FIREFOX_EXTENSION
    assert f'"{install.HOST}"' in (ROOT / "agent/extension/background.js").read_text()
