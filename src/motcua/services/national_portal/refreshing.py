"""Reading the national catalogue from the portal (LayDanhSachTTHC, LayThuTuc): what changed makes new versions."""

import json
from collections.abc import Iterator

from django.utils import timezone

from motcua.kernel.events.actions import record
from motcua.services.national_portal.protocol import Rejected, is_connected, portal
from motcua.services.procedures.actions import import_catalogue
from motcua.services.procedures.actions.catalogue import Report


def refresh() -> Report | None:
    """Import every procedure that the portal lists, as ``motcua import-catalogue`` does; once more is nothing new.

    A procedure that the portal does not give is left as it is. None in a house that is not connected. Raises
    :class:`NotReached` to be tried again.
    """
    if not is_connected():
        return None
    done = import_catalogue(_records(), dry_run=False, at=timezone.now())
    told = {"created": done.created, "changed": done.changed, "unreadable": len(done.unreadable)}
    record(
        stream="portal:catalogue", kind="portal.catalogue_refreshed", actor=None, agency=None, references=told,
        at=timezone.now(),
    )  # fmt: skip
    return done


def _records() -> Iterator[str]:
    """The records, a JSON object a line."""
    for listed in portal().call("LayDanhSachTTHC", []):
        try:
            found = portal().call("LayThuTuc", [{"maTTHC": listed.get("MaTTHC")}])
        except Rejected:
            continue
        yield from (json.dumps(each, ensure_ascii=False) for each in found)
