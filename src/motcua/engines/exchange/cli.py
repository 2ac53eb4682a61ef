"""``motcua edxml``: what messages say, and writing them again; ``motcua import-agencies``: whom an axis knows."""

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import IO, Any

import click

from motcua.engines.exchange.edxml import Attachment, Document, Malformed, Parsed, Unwritable, emit_to, parse
from motcua.engines.exchange.edxml.contents import look_at
from motcua.engines.exchange.edxml.signatures import Signed, judge
from motcua.engines.signing.standalone import certificates_in_files, configure_texts, echo_json

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_IN_MEMORY = 1024 * 1024
_CHUNK = 1 << 16


@click.command("edxml")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--json", "as_lines", is_flag=True, help="One line of JSON for each file.")
@click.option("--emit", "target", type=click.Path(path_type=Path), help="Write the message again, without signature.")
@click.option("--anchors", type=click.Path(exists=True, path_type=Path), help="Trusted certificates, file or folder.")
@click.pass_context
def edxml(
    ctx: click.Context, files: Sequence[Path], as_lines: bool, target: Path | None, anchors: Path | None
) -> None:
    """Print what edXML messages say: header, business kind, attachments with digest, verdict on the signature.

    --emit OUT writes the message again in the SDK's order; with several FILES, OUT is a folder that takes files of the
    same names. The exit status is 0 only when every file could be read and written.
    """
    configure_texts()
    trusted = list(certificates_in_files(anchors)) if anchors else []
    outs = _outs(files, target)
    all_well = True
    for path, out in zip(files, outs, strict=True):
        told = _told(path, trusted, out)
        all_well = all_well and "error" not in told
        echo_json(told) if as_lines else click.echo(_in_words(told))
    ctx.exit(0 if all_well else 1)


def _outs(files: Sequence[Path], target: Path | None) -> list[Path | None]:
    """Where each message is written again. Raises ``click.BadParameter`` where one would be written over another."""
    if target is None:
        return [None] * len(files)
    outs = [target / path.name for path in files] if len(files) > 1 else [target]
    if len(set(outs)) < len(outs):
        raise click.BadParameter("two of the files have one name.", param_hint="--emit")
    if {path.resolve() for path in files} & {out.resolve() for out in outs}:
        raise click.BadParameter("a message is not written over itself.", param_hint="--emit")
    try:
        if len(files) > 1:
            target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.BadParameter(f"{target} cannot be made: {error.strerror}.", param_hint="--emit") from error
    return list(outs)


def _told(path: Path, anchors: Sequence[bytes], out: Path | None) -> dict[str, Any]:
    with ExitStack() as kept, path.open("rb") as source:

        def keep() -> IO[bytes]:
            return kept.enter_context(tempfile.SpooledTemporaryFile(_IN_MEMORY))

        try:
            parsed = parse(source, keep=keep)
        except Malformed as error:
            return {"file": str(path), "error": {"code": error.fault, "detail": error.where}}
        told = {"file": str(path), **told_of(parsed, _judged(path, parsed, anchors))}
        try:
            if out is not None:
                _write(out, parsed)
        except (Unwritable, OSError) as error:
            told["error"] = {"code": "unwritable", "detail": str(error)}
        return told


def _judged(path: Path, parsed: Parsed, anchors: Sequence[bytes]) -> Signed:
    content = path.read_bytes() if parsed.signatures else b""
    return judge(content, signatures=parsed.signatures, anchors=anchors, at=datetime.now(UTC))


def told_of(parsed: Parsed, signed: Signed) -> dict[str, Any]:
    """What a message says, as JSON values; empty values are left out."""
    message = parsed.message
    told: dict[str, Any] = {"dialect": parsed.dialect}
    if isinstance(message, Document):
        header = asdict(message)
        business, _attachments = header.pop("business"), header.pop("attachments")
        pairs = zip(message.attachments, parsed.contents, strict=True)
        told |= {
            "kind": "document",
            "business": {"type": message.business.kind.name.lower(), **business},
            "header": header,
            "attachments": [_attachment(each, content) for each, content in pairs],
        }
    else:
        told |= {"kind": "status", "status": message.status.value, "header": asdict(message)}
    told["signature"] = asdict(signed)
    plain: dict[str, Any] = _plain(told)
    return plain


def _attachment(attachment: Attachment, content: IO[bytes] | None) -> dict[str, Any]:
    look = look_at(attachment, content)
    return {**asdict(attachment), "found": look.media_type, "fault": look.fault, "differs": look.differs}


def _plain(value: Any) -> Any:
    """JSON values without what is empty."""
    if isinstance(value, dict):
        found = {name: _plain(each) for name, each in value.items()}
        return {name: each for name, each in found.items() if each not in (None, "", [], {})}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, datetime | date) else value


def _write(out: Path, parsed: Parsed) -> None:
    """All of the file or nothing of it."""
    message = parsed.message
    attachments = message.attachments if isinstance(message, Document) else ()
    contents = dict(zip(attachments, parsed.contents, strict=True))

    def content_of(attachment: Attachment) -> Any:
        found = contents[attachment]
        assert found is not None  # what has a digest was kept
        found.seek(0)
        return iter(lambda: found.read(_CHUNK), b"")

    scratch = out.with_name(f".{out.name}.part")
    try:
        with scratch.open("wb") as file:
            emit_to(file, message, content_of)
        scratch.replace(out)
    finally:
        scratch.unlink(missing_ok=True)


def _in_words(told: dict[str, Any]) -> str:
    if "error" in told:
        return f"{told['file']}: {told['error']['code']}: {told['error']['detail']}"
    header, signature = told["header"], told["signature"]
    lines = [f"{told['file']}: {told['kind']} ({told['dialect']})"]
    lines.append(f"  from {header['sender']['id']} {header['sender'].get('name', '')}".rstrip())
    if told["kind"] == "status":
        lines.append(f"  status {told['status']} of {header['response_for'].get('document_id', '')}")
    else:
        lines += [f"  to {each['id']} {each.get('name', '')}".rstrip() for each in header["recipients"]]
        lines.append(f"  {told['business']['type']}: {header['document_id']}: {header['subject']}")
        for each in told["attachments"]:
            fault = f" ({each['fault']})" if "fault" in each else ""
            lines.append(f"  {each.get('name', '')}: {each['size']} bytes, SHA-256 {each.get('sha256', '-')}{fault}")
    lines.append(f"  signature: {signature['state']} {signature.get('signer', '')}".rstrip())
    return "\n".join(lines)


@click.command("import-agencies")
@click.argument("line")
@click.option(
    "--demands",
    type=click.Choice(["trusted", "whole", "nothing"]),
    default="trusted",
    show_default=True,
    help="What is demanded of the signatures of new partners.",
)
def import_agencies(line: str, demands: str) -> None:
    """Make partners of the agencies that the axis of LINE lists; the same again only takes over new names."""
    from django.utils import timezone

    from motcua.engines.exchange import actions
    from motcua.engines.exchange.access import channel_for
    from motcua.engines.exchange.transports import NotReached, Rejected, TryLater
    from motcua.engines.exchange.transports.axis import AxisTransport
    from motcua.engines.signing.errors import Misconfigured
    from motcua.kernel.errors import Refused

    try:
        channel = channel_for(line)
        listed = AxisTransport(channel).agencies()
        added, renamed = actions.take_over_agencies(channel, listed, demands=demands, by=None, at=timezone.now())
    except (Refused, NotReached, Rejected, TryLater, Misconfigured) as error:
        raise click.ClickException(f"{line}: {error}") from error
    click.echo(f"{line}: {len(listed)} agencies: {added} new partners, {renamed} with a new name")


commands = [edxml, import_agencies]
