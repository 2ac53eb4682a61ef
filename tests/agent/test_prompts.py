"""Ways of asking where there is no window: pinentry (a program that speaks Assuan), and nothing at all."""

import sys
from io import StringIO
from pathlib import Path

import pytest

from motcua_token_agent import prompts
from motcua_token_agent.errors import Code, Problem
from motcua_token_agent.pinentry import PinentryPrompt
from motcua_token_agent.questions import PinQuestion, Tries, TrustQuestion

PIN = PinQuestion(
    "https://mauson.example", "Tỉnh Mẫu Sơn", ("Quyết định 1",) * 15, "Token", "Phạm Văn Giả Định", Tries.LAST, True
)
TRUST = TrustQuestion("https://mauson.example", "Tỉnh Mẫu Sơn", "thumbprint")
PINENTRY = """#!{python}
import sys, pathlib
print("OK Pleased to meet you", flush=True)
log = pathlib.Path(sys.argv[0]).with_name("said")
for line in sys.stdin:
    with log.open("a", encoding="utf-8") as file:
        file.write(line)
    word = line.split(" ")[0].strip()
    if word == "SETERROR":
        print("ERR 536871187 Unknown IPC command", flush=True)
    elif word in ("GETPIN", "CONFIRM"):
        print({answer!r}, flush=True)
    else:
        print("OK", flush=True)
"""


def pinentry(folder: Path, answer: str) -> str:
    program = folder / "pinentry"
    program.write_text(PINENTRY.format(python=sys.executable, answer=answer))
    program.chmod(0o755)
    return str(program)


def test_pinentry_shows_what_is_signed_and_gives_the_pin(tmp_path: Path) -> None:
    prompt = PinentryPrompt(pinentry(tmp_path, "D 12%2534%25\nOK"), "vi")
    assert prompt.pin(PIN, 60) == "12%34%"
    said = (tmp_path / "said").read_text()
    assert "SETTIMEOUT 60" in said
    assert said.count("Quy%E1%BA%BFt") == 12
    assert "%28%2B3%29" in said  # the other three are counted


def test_pinentry_cancelled_is_no_pin(tmp_path: Path) -> None:
    prompt = PinentryPrompt(pinentry(tmp_path, "ERR 83886179 Operation cancelled"), "vi")
    assert prompt.pin(PIN, 60) is None
    assert prompt.trust(TRUST, 60) is False


def test_pinentry_agreed_is_trust(tmp_path: Path) -> None:
    assert PinentryPrompt(pinentry(tmp_path, "OK"), "en").trust(TRUST, 60) is True


@pytest.mark.parametrize("content", ["", "exit 3"])
def test_a_pinentry_that_dies_is_no_display(tmp_path: Path, content: str) -> None:
    program = tmp_path / "pinentry"
    program.write_text(f"#!/bin/sh\n{content}\n")
    program.chmod(0o755)
    with pytest.raises(Problem) as caught:
        PinentryPrompt(str(program), "vi").pin(PIN, 60)
    assert caught.value.code is Code.NO_DISPLAY


def test_a_program_that_takes_too_long_is_a_no() -> None:
    waits = prompts.CommandPrompt([sys.executable, "-c", "import time; time.sleep(60)"], "vi")
    assert waits.pin(PIN, 0.1) is None


def test_a_machine_without_any_way_to_ask_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(sys, "stdin", StringIO())
    with pytest.raises(Problem) as caught:
        prompts.chosen((), "vi")
    assert caught.value.code is Code.NO_DISPLAY
