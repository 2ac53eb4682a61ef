"""Asking through GnuPG's ``pinentry``, which most Linux desktops have (Assuan protocol)."""

import subprocess
from typing import Self
from urllib.parse import quote, unquote

from motcua_token_agent import texts
from motcua_token_agent.errors import Code, Problem
from motcua_token_agent.questions import PinQuestion, TrustQuestion

SHOWN = 12  # a pinentry does not scroll: the first titles and the number of the others


class PinentryPrompt:
    """See :class:`prompts.Prompt`."""

    def __init__(self, program: str, language: str) -> None:
        self._program = program
        self._language = language

    def pin(self, asked: PinQuestion, patience: float) -> str | None:
        """See :class:`prompts.Prompt`."""
        more = [f"… (+{len(asked.titles) - SHOWN})"] if len(asked.titles) > SHOWN else []
        with_what = texts.text("with", self._language, subject=asked.subject, token=asked.token)
        lines = [
            texts.heading(asked, self._language),
            *(f"- {title}" for title in asked.titles[:SHOWN]),
            *more,
            with_what,
        ]
        with _Conversation(self._program) as pinentry:
            pinentry.tell("SETTITLE", texts.text("title", self._language))
            pinentry.tell("SETTIMEOUT", str(int(patience)))
            pinentry.tell("SETDESC", "\n".join(lines))
            pinentry.tell("SETPROMPT", texts.text("pin", self._language))
            if warning := texts.warning(asked, self._language):
                pinentry.tell("SETERROR", warning)
            return pinentry.ask("CONFIRM" if asked.pad else "GETPIN")

    def trust(self, asked: TrustQuestion, patience: float) -> bool:
        """See :class:`prompts.Prompt`."""
        with _Conversation(self._program) as pinentry:
            pinentry.tell("SETTITLE", texts.text("trust_title", self._language))
            pinentry.tell("SETTIMEOUT", str(int(patience)))
            pinentry.tell("SETDESC", texts.trust_text(asked, self._language))
            pinentry.tell("SETOK", texts.text("allow", self._language))
            pinentry.tell("SETCANCEL", texts.text("deny", self._language))
            return pinentry.ask("CONFIRM") is not None


class _Conversation:
    def __init__(self, program: str) -> None:
        self._program = program

    def __enter__(self) -> Self:
        try:
            self._process = subprocess.Popen(  # noqa: S603 - found by shutil.which
                [self._program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        except OSError as error:
            raise Problem(Code.NO_DISPLAY, "pinentry") from error
        try:
            self._answer()
        except Problem:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_reason: object) -> None:
        self._process.communicate()

    def tell(self, command: str, value: str) -> None:
        """Set something; a pinentry that does not know the command goes on without."""
        self._send(f"{command} {quote(value, safe=' ')}")

    def ask(self, command: str) -> str | None:
        """What was typed (empty for a mere yes), or ``None`` when the person said no."""
        data, agreed = self._send(command)
        return data if agreed else None

    def _send(self, line: str) -> tuple[str, bool]:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            raise Problem(Code.NO_DISPLAY, "pinentry") from error
        return self._answer()

    def _answer(self) -> tuple[str, bool]:
        assert self._process.stdout is not None
        data = ""
        for raw in self._process.stdout:
            word, _space, rest = raw.decode("utf-8", "replace").rstrip("\n").partition(" ")
            if word == "D":
                data += unquote(rest)
            elif word in {"OK", "ERR"}:
                return data, word == "OK"
        raise Problem(Code.NO_DISPLAY, "pinentry ended")
