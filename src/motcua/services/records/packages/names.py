"""Name spaces, and how elements are made in them."""

import re
from collections.abc import Mapping
from typing import Any

from lxml import etree

METS = "http://www.loc.gov/METS/"
CSIP = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"
XLINK = "http://www.w3.org/1999/xlink"
PREMIS = "http://www.loc.gov/premis/v3"
EAD = "http://ead3.archivists.org/schema/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XSD = "http://www.w3.org/2001/XMLSchema"
FILE = "urn:motcua:hoso:1"
PREFIXES = {"m": METS, "csip": CSIP, "xlink": XLINK, "p": PREMIS, "e": EAD, "xsi": XSI, "h": FILE}
PROFILE = "https://earkcsip.dilcis.eu/profile/E-ARK-CSIP.xml"
SHA256 = "SHA-256"
_NEVER = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


def rooted(space: str, name: str, **prefixes: str) -> etree._Element:
    """The root of a document whose own name space needs no prefix."""
    spaces: Any = {None: space, **prefixes}
    return etree.Element(etree.QName(space, name), None, spaces)


def plain(text: str) -> str:
    """Without the characters that no XML holds."""
    return _NEVER.sub("", text)


def add(parent: etree._Element, name: str, text: str | None = None, /, **attributes: str) -> etree._Element:
    """A child in the parent's name space."""
    made = etree.SubElement(parent, etree.QName(etree.QName(parent).namespace, name))
    made.text = None if text is None else plain(text)
    for key, value in attributes.items():
        made.set(key, plain(value))
    return made


def put(element: etree._Element, space: str, attributes: Mapping[str, str]) -> etree._Element:
    """Attributes of another name space."""
    for name, value in attributes.items():
        element.set(etree.QName(space, name), plain(value))
    return element


def written(root: etree._Element) -> bytes:
    """The document as UTF-8."""
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
