"""Answers that lie in folders are read, each by one worker, and kept: understood or not, nothing is thrown away."""

import logging
import time
from pathlib import Path

from motcua.engines.connectors import calling, documents, mapping
from motcua.engines.connectors.descriptions import InForce, in_force
from motcua.engines.connectors.models import Call, LineSystem
from motcua.engines.connectors.transports.files import Drop, call_of, content_of
from motcua.engines.exchange import rules
from motcua.engines.exchange.standing import note_down
from motcua.engines.exchange.transports.interface import STORAGE
from motcua.engines.signing.errors import Misconfigured
from motcua.kernel.errors import Refused

log = logging.getLogger(__name__)
ABANDONED = 300.0  # seconds after which somebody who reads an answer has died


class _Wrong(Exception):
    """A file that answers nothing here."""


def collect_some() -> int:
    """Read what lies in the folders of all systems; returns how many files were put away."""
    done = 0
    for system in LineSystem.objects.filter(is_active=True).order_by("code"):
        described = in_force(system)
        if described.spec.folder is None:
            continue
        try:
            done += _collect(described, Drop(described.spec.folder.name))
            if system.failures:
                calling.note_up(system)
        except (Misconfigured, OSError) as error:
            log.warning("connector_folder_fails", extra={"system": system.code})
            fault = str(error) if isinstance(error, Misconfigured) else STORAGE
            if system.fault != fault[:200]:
                note_down(system, fault, waiting=rules.waiting)
    return done + calling.give_up_overdue()


def _collect(described: InForce, drop: Drop) -> int:
    drop.give_back(time.time() - ABANDONED)
    done = 0
    for name in drop.waiting():
        taken = drop.take(name)
        if taken is None:
            continue
        try:
            _read(described, taken)
        except _Wrong as error:
            drop.put_away(taken, fault=str(error))
        else:
            drop.put_away(taken)
        done += 1
    return done


def _read(described: InForce, taken: Path) -> None:
    folder, named = described.spec.folder, call_of(taken.name)
    assert folder is not None
    if named is None:
        raise _Wrong("the name is not that of an answer: an answer has the name of its question")
    call = Call.objects.select_related("system").filter(pk=named[0], system=described.description.system_id).first()
    if call is None:
        raise _Wrong("nobody has asked this")
    content = content_of(taken, folder.most)
    if content is None:
        raise _Wrong(f"no plain file of at most {folder.most} bytes")
    try:
        operation = described.operation(call.operation)
        answer = documents.parsed(content, named[1], operation.xml.lists)
        found = mapping.outputs_of(operation, answer)
    except (documents.Unreadable, mapping.Unmappable, Refused, RecursionError) as error:
        raise _Wrong(str(error)) from error
    calling.answered(call, found)
