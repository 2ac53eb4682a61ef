"""Kept verdicts that rest on what an authority now says differently are to be judged anew."""

from datetime import datetime

from motcua.engines.signing.levels.statements import Statement, ended_by
from motcua.engines.signing.models import FileCheck

# A first list may end a hundred thousand certificates.
AT_ONCE = 500


def mark_stale(*, issuer: str, serial: str, before: bytes | None, statement: Statement, at: datetime) -> int:
    """Have files judged anew whose signers, or whose signers' authorities, a statement ends or lets live again.

    ``issuer`` and ``serial`` as in ``RevocationStatement``, ``before`` is what was kept until now. Returns how many.
    """
    was = ended_by(before, listed=not serial) if before else {}
    now = ended_by(statement.der, listed=not serial)
    changed = [f"{issuer}:{number:x}" for number in was.keys() | now.keys() if was.get(number) != now.get(number)]
    if not changed:
        return 0
    rows = FileCheck.objects.filter(authorities__contains=[issuer]).update(due_at=at)
    for start in range(0, len(changed), AT_ONCE):
        some = changed[start : start + AT_ONCE]
        rows += FileCheck.objects.filter(signers__overlap=some).update(due_at=at)
    return rows
