"""An XML document that a program at the signer's desk signed by itself: as :mod:`returned`, for files written anew.

Such a program parses the document and writes it out: its canonical form without the signature must be the same.
"""

from lxml import etree

from motcua.engines.signing.verification import xml
from motcua.engines.signing.verification.faults import UNREADABLE, Unverifiable
from motcua.engines.signing.verification.returned import Wrong
from motcua.engines.signing.verification.xmltree import parse


def check_xml(original: bytes, returned: bytes, *, certificate: bytes, advanced: bool) -> Wrong:
    """What is wrong with it: it must be the original with one signature more in its root, which covers all of it.

    ``advanced``: the signature must have signed properties (XAdES).
    """
    try:
        before, now = parse(original), parse(returned)
        known = {_canonical(each) for each in xml.signatures_in(before)}
        added = [each for each in xml.signatures_in(now) if _canonical(each) not in known]
        if len(added) != 1:
            return Wrong.SIGNED_TWICE if added else Wrong.NOT_SIGNED
        return _signature(now, added[0], certificate, advanced=advanced) or _difference(before, now, added[0])
    except (Unverifiable, *UNREADABLE):
        return Wrong.DAMAGED


def _signature(root: etree._Element, added: etree._Element, certificate: bytes, *, advanced: bool) -> Wrong:
    if added.getparent() is not root:
        return Wrong.OTHER_FIELD
    found = xml.look_at(root, added)
    if found.certificate != certificate:
        return Wrong.OTHER_SIGNER
    if not found.intact:
        return Wrong.BROKEN
    if not found.covers_all:
        return Wrong.OTHER_FIELD
    if found.weak:
        return Wrong.WEAK
    return Wrong.PLAIN if advanced and not found.advanced else Wrong.NOTHING


def _difference(before: etree._Element, now: etree._Element, added: etree._Element) -> Wrong:
    """White space around the new signature is its own; everything else must be as it was sent."""
    if (added.tail or "").strip():
        return Wrong.CHANGED
    added.tail = None
    now.remove(added)
    return Wrong.NOTHING if _whole(now) == _whole(before) else Wrong.CHANGED


def _whole(root: etree._Element) -> bytes:
    """The document in canonical form, without white space at its end, where programs indent what they append."""
    if len(root):
        root[-1].tail = (root[-1].tail or "").rstrip()
    else:
        root.text = (root.text or "").rstrip()
    return _canonical(root.getroottree())


def _canonical(part: etree._Element | etree._ElementTree) -> bytes:
    return etree.tostring(part, method="c14n", with_comments=True, with_tail=False)
