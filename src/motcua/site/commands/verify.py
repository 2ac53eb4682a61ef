"""``motcua verify``."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from motcua.engines.signing.standalone import certificates_in_files, configure_texts, echo_json
from motcua.engines.signing.verification import Verdict, as_json, kind_of, verify
from motcua.site import cli, configuration

_ANCHORS = click.Path(exists=True, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("verify")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--json", "as_lines", is_flag=True, help="One line of JSON for each file.")
@click.option("--anchors", type=_ANCHORS, help="Trusted certificates (PEM or DER), a file or a folder; no database.")
@click.option("--at", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), help="Judge as of then (UTC).")
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.pass_context
def verify_files(
    ctx: click.Context,
    files: Sequence[Path],
    as_lines: bool,
    anchors: Path | None,
    at: datetime | None,
    language: str,
) -> None:
    """Judge the signatures of FILES: whole, signed by whom and when, trusted or not and why, changed since or not.

    The exit status is 0 only when every file is signed and every signature valid and trusted. Without --anchors the
    house's own trusted authorities count.
    """
    moment = at.replace(tzinfo=UTC) if at else datetime.now(UTC)
    if anchors is not None:
        configure_texts()
        trusted = list(certificates_in_files(anchors))
    else:
        cli.start_database(ctx)
        cli.prepare_django()
    all_hold = True
    for path in files:
        content = path.read_bytes()
        verdicts = _by_anchors(content, trusted, moment) if anchors is not None else _by_the_house(content, moment)
        holds = bool(verdicts) and all(verdict.holds for verdict in verdicts)
        all_hold = all_hold and holds
        _tell(path, content, verdicts, holds=holds, as_lines=as_lines, language=language)
    ctx.exit(0 if all_hold else 1)


def _by_anchors(content: bytes, anchors: list[bytes], at: datetime) -> tuple[Verdict, ...]:
    return verify(content, anchors=anchors, at=at, service=configuration.home() / "verifier.sock")


def _by_the_house(content: bytes, at: datetime) -> tuple[Verdict, ...]:
    from motcua.engines.signing.queries import verdicts_on

    return verdicts_on(content, at=at)


def _tell(
    path: Path, content: bytes, verdicts: tuple[Verdict, ...], *, holds: bool, as_lines: bool, language: str
) -> None:
    from django.utils import translation

    from motcua.engines.signing.texts import NOT_SIGNED, verdict_text

    with translation.override(language):
        texts = [verdict_text(verdict) for verdict in verdicts] or [str(NOT_SIGNED)]
    if not as_lines:
        for text in texts:
            click.echo(f"{path}: {text}")
        return
    line: dict[str, Any] = {
        "file": str(path),
        "sha256": hashlib.sha256(content).hexdigest(),
        "kind": kind_of(content),
        "valid": holds,
        "verdicts": [as_json(verdict) for verdict in verdicts],
        "texts": texts,
    }
    with suppress(BrokenPipeError):
        echo_json(line)


commands = [verify_files]
