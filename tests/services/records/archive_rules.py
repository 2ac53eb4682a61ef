"""The public rules for archive packages, as data of others: METS and EAD schemas, Schematron rules of E-ARK CSIP."""

import re
from functools import cache
from pathlib import Path

import pytest
from lxml import etree
from lxml.isoschematron import Schematron

ROOT = Path(__file__).parents[3] / "var" / "archive-rules"
_RESOURCES = ROOT / "eark_validator" / "ipxml" / "resources"
_VOCABULARIES = {
    "@TYPE": "CSIPVocabularyContentCategory.xml",
    "@csip:CONTENTINFORMATIONTYPE": "CSIPVocabularyContentInformationType.xml",
    "@csip:OAISPACKAGETYPE": "CSIPVocabularyOAISPackageType.xml",
    "@STATUS": "CSIPVocabularyStatus.xml",
}  # fmt: skip
_FAILED = "{http://purl.oclc.org/dsdl/svrl}failed-assert"


def needed() -> None:
    """The test fails, with what to do, where the rules are not there."""
    if not (ROOT / ".done").exists():
        pytest.fail("The public rules for archive packages are not here: tools/archive-rules.sh", pytrace=False)


@cache
def mets() -> etree.XMLSchema:
    """METS with the attributes of CSIP."""
    needed()
    return etree.XMLSchema(file=str(_RESOURCES / "schema" / "mets.csip.local.v2-0.xsd"))


@cache
def ead() -> etree.XMLSchema:
    """EAD 3."""
    needed()
    return etree.XMLSchema(file=str(ROOT / "ead" / "management" / "commands" / "ead3.xsd"))


def schemas() -> list[Path]:
    """Schema files as an operator would put them into a folder."""
    needed()
    found = [_RESOURCES / "schema" / f"{name}.xsd" for name in ("mets", "xlink", "xml", "DILCISExtensionMETS")]
    return [*found, ROOT / "ead" / "management" / "commands" / "ead3.xsd"]


@cache
def _rules() -> list[Schematron]:
    """The rules of CSIP 2.1, with vocabularies in the place of their names, as their own program fills them in."""
    needed()
    found = []
    for path in sorted((_RESOURCES / "schematron" / "V2.1.0" / "CSIP").glob("*.xml")):
        text = path.read_text()
        for attribute, name in _VOCABULARIES.items():
            terms = re.findall(r"<Term[^>]*>([^<]*)", (_RESOURCES / "vocabs" / name).read_text())
            text = text.replace(f"{attribute}_vocabulary_test", _any(attribute, terms))
        types = (_RESOURCES / "vocabs" / "IANA.txt").read_text().split()
        text = text.replace("@MIMETYPE_IANA_test", _any("@MIMETYPE", types))
        found.append(Schematron(etree.fromstring(text.encode()), store_report=True))
    return found


def _any(attribute: str, values: list[str]) -> str:
    return " or ".join(f"({attribute} = '{value}')" for value in values)


def broken(root: etree._Element) -> set[str]:
    """The requirements that a METS file of a package breaks."""
    found = set()
    for rules in _rules():
        rules.validate(root)
        found |= {each.get("id", "") for each in rules.validation_report.iter(_FAILED)}
    return found
