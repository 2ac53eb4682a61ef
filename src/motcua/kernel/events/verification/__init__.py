"""Finds what was altered, lost or reordered in the event log, whoever did it and with whatever rights.

Everything is read through once, in a few ordered passes with server-side cursors, so that memory stays bounded. Run
it in a transaction that sees one state of the database (``motcua verify-events`` does).

A check against nothing but the database cannot see a log that was rewritten as a whole, tree and keys included: for
that a signed root is needed that was kept outside.
"""

from collections.abc import Iterator, Sequence

from motcua.kernel.events.roots import SignedRoot
from motcua.kernel.events.verification.chains import check_chains
from motcua.kernel.events.verification.findings import Checked, Finding, What
from motcua.kernel.events.verification.gaps import Gap, gaps
from motcua.kernel.events.verification.trees import check_tree

__all__ = ["Checked", "Finding", "Gap", "What", "gaps", "verify"]


def verify(checked: Checked, *, outside: Sequence[SignedRoot] = ()) -> Iterator[Finding]:
    """Everything wrong, as it is found. ``checked`` counts along; ``outside``: roots kept outside the installation."""
    yield from check_chains(checked)
    yield from check_tree(checked, outside)
