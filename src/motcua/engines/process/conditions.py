"""Conditions: ZEN expressions as they are, and plain comparisons of other tools (JUEL, FEEL) turned into ZEN."""

from __future__ import annotations

import re
from collections.abc import Iterator

from motcua.engines.rules.expressions import compiled
from motcua.engines.rules.problems import RuleError

MAX_LENGTH = 2_000

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"[^"\\]*"|'[^'\\]*')|(?P<number>\d+(?:\.\d+)?)|(?P<word>[^\W\d]\w*(?:\.[^\W\d]\w*)*)"""
    r"""|(?P<sign>==|!=|<=|>=|&&|\|\||[-+*/%<>=!()\[\],]))"""
)
_SIGNS = {"=": "==", "&&": "and", "||": "or", "!": "not"}
_WORDS = {"eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">=", "mod": "%", "div": "/"}
_FOREIGN_LANGUAGES = ("groovy", "javascript", "python", "ruby", "xpath", "mvel", "java")


def to_zen(text: str, language: str = "") -> str:
    """The ZEN form of a condition; ``${…}``, ``#{…}`` and ``= …`` are taken as JUEL and FEEL.

    Raises ValueError with the reason where it is not a plain comparison or not valid ZEN.
    """
    text = text.strip()
    if len(text) > MAX_LENGTH:
        raise ValueError(f"the condition is longer than {MAX_LENGTH} characters")
    if any(name in language.lower() for name in _FOREIGN_LANGUAGES):
        raise ValueError(f"conditions in the language “{language[:40]}” are not run")
    expression = _translate(text) if _is_foreign(text, language) else text
    reason = syntax_problem(expression)
    if reason:
        raise ValueError(reason)
    return expression


def syntax_problem(expression: str) -> str:
    """Why an expression is not valid ZEN, empty where it is; says nothing about the facts that it names."""
    if not expression.strip():
        return "the condition is empty"
    try:
        compiled(expression)
    except RuleError as error:
        return str(error)
    return ""


def _is_foreign(text: str, language: str) -> bool:
    return text.startswith(("${", "#{", "=")) or "feel" in language.lower() or "juel" in language.lower()


def _translate(text: str) -> str:
    return " ".join(_translated(_unwrapped(text)))


def _unwrapped(text: str) -> str:
    if text.startswith("="):
        return text[1:]
    if text.startswith(("${", "#{")):
        if not text.endswith("}"):
            raise ValueError("text around ${…} cannot be converted")
        return text[2:-1]
    return text


def _translated(text: str) -> Iterator[str]:
    position, after_word = 0, False
    text = text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise ValueError(f"“{text[position : position + 20]}” cannot be converted to ZEN")
        word, sign = match["word"], match["sign"]
        if sign in {"(", "["} and after_word:
            raise ValueError("calls and look-ups of other languages cannot be converted to ZEN")
        if word == "empty":
            raise ValueError("the operator “empty” cannot be converted to ZEN")
        after_word = bool(word) and word not in {"and", "or", "not", "in"} | _WORDS.keys()
        yield _WORDS.get(word, word) if word else _SIGNS.get(sign, match.group().strip())
        position = match.end()
