"""How the person at the desk is asked: in a window of the agent, by pinentry, or in the terminal.

A PIN goes from the prompt to the token and nowhere else.
"""

import getpass
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Protocol

from motcua_token_agent import texts
from motcua_token_agent.errors import Code, Problem
from motcua_token_agent.questions import PinQuestion, TrustQuestion


class Prompt(Protocol):
    """Asks and waits, ``patience`` seconds at most. ``None`` and ``False`` mean no, or nobody there."""

    def pin(self, asked: PinQuestion, patience: float) -> str | None:
        """The PIN; empty for a token with a pad of its own."""

    def trust(self, asked: TrustQuestion, patience: float) -> bool:
        """Whether the site may."""


class CommandPrompt:
    """A program that reads one question (JSON) and writes one answer: ``{"pin": "…"}``, ``{"allowed": true}``, ``{}``.

    The agent's own window is one (``dialog``): a window in a process of its own cannot hang the agent.
    """

    def __init__(self, command: Sequence[str], language: str) -> None:
        self._command = list(command)
        self._language = language

    def pin(self, asked: PinQuestion, patience: float) -> str | None:
        """See :class:`Prompt`."""
        answer = self._ask({"kind": "pin", **asdict(asked)}, patience).get("pin")
        return answer if isinstance(answer, str) else None

    def trust(self, asked: TrustQuestion, patience: float) -> bool:
        """See :class:`Prompt`."""
        return self._ask({"kind": "trust", **asdict(asked)}, patience).get("allowed") is True

    def _ask(self, question: dict[str, Any], patience: float) -> dict[str, Any]:
        sent = json.dumps({**question, "language": self._language})
        try:
            done = subprocess.run(  # noqa: S603 - the command is the administrator's or our own
                self._command, input=sent.encode(), stdout=subprocess.PIPE, timeout=patience, check=True
            )
            answer = json.loads(done.stdout or b"{}")
        except subprocess.TimeoutExpired:
            return {}
        except (OSError, subprocess.CalledProcessError, ValueError) as error:
            raise Problem(Code.NO_DISPLAY, type(error).__name__) from error
        return answer if isinstance(answer, dict) else {}


class TerminalPrompt:
    """Asks in the terminal that the agent was started from."""

    def __init__(self, language: str) -> None:
        self._language = language

    def pin(self, asked: PinQuestion, patience: float) -> str | None:
        """See :class:`Prompt`."""
        lines = [texts.heading(asked, self._language), *(f"  - {title}" for title in asked.titles)]
        lines += [texts.text("with", self._language, subject=asked.subject, token=asked.token)]
        lines += [warning] if (warning := texts.warning(asked, self._language)) else []
        _say(lines)
        return getpass.getpass(texts.text("pin", self._language) + ": ") or None

    def trust(self, asked: TrustQuestion, patience: float) -> bool:
        """See :class:`Prompt`."""
        _say([texts.trust_text(asked, self._language)])
        answer = input(texts.text("allow", self._language) + "? [y/N] ")
        return answer.strip().lower() in {"y", "c", "yes", "có"}


def _say(lines: list[str]) -> None:
    sys.stderr.write("\n".join(["", *lines, ""]))
    sys.stderr.flush()


def chosen(command: Sequence[str], language: str) -> Prompt:
    """The way of asking that this machine allows. Raises :class:`Problem` (``no_display``) when there is none."""
    if command:
        return CommandPrompt(command, language)
    if _has_display():
        return CommandPrompt([sys.executable, "-m", "motcua_token_agent.dialog"], language)
    if program := shutil.which("pinentry"):
        from motcua_token_agent.pinentry import PinentryPrompt

        return PinentryPrompt(program, language)
    if sys.stdin is not None and sys.stdin.isatty():
        return TerminalPrompt(language)
    raise Problem(Code.NO_DISPLAY)


def _has_display() -> bool:
    if sys.platform != "win32" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    try:
        import tkinter  # noqa: F401 - Debian packs it apart (python3-tk)
    except ImportError:
        return False
    return True
