"""The descriptions in a package: EAD 3, PREMIS 3, and the file's own fields as XML (HoSo.xml)."""

from datetime import date

from lxml import etree

from motcua.services.records.packages.facts import Kept, PackedContent, PackedDocument, PackedFile, stamp
from motcua.services.records.packages.names import EAD, FILE, PREMIS, SHA256, XSI, add, put, rooted, written

HELD, MIGRATED = "rep1", "rep2"
REPRESENTATION = f"representations/{HELD}"
"""The contents as they were held; what was converted to PDF/A stands in ``MIGRATED``."""
CONVERSION = f"representations/{MIGRATED}"


def ead(file: PackedFile) -> bytes:
    """The archival description: the file, and one item a document with links to its contents."""
    root = rooted(EAD, "ead")
    _control(root, file)
    described = add(root, "archdesc", level="file")
    _identification(add(described, "did"), file)
    add(add(described, "accessrestrict"), "p", file.rights)
    add(add(described, "appraisal"), "p", f"Thời hạn bảo quản: {file.retention}")
    inside = add(described, "dsc", dsctype="combined")
    for document in file.documents:
        _item(add(add(inside, "c01", level="item"), "did"), document)
    return written(root)


def _control(root: etree._Element, file: PackedFile) -> None:
    """About the description itself: who made it, when, with what."""
    control = add(root, "control")
    add(control, "recordid", file.objid)
    add(add(add(control, "filedesc"), "titlestmt"), "titleproper", file.title)
    add(control, "maintenancestatus", value="new")
    add(add(control, "maintenanceagency"), "agencyname", file.agency)
    made = add(add(control, "maintenancehistory"), "maintenanceevent")
    add(made, "eventtype", value="created")
    add(made, "eventdatetime", stamp(file.created), standarddatetime=stamp(file.created))
    add(made, "agenttype", value="machine")
    add(made, "agent", " ".join(file.software))


def _identification(did: etree._Element, file: PackedFile) -> None:
    """About the file as a whole: where it comes from, its span and extent."""
    add(add(add(did, "repository"), "corpname"), "part", file.agency)
    origin = add(did, "origination")
    add(add(origin, "corpname"), "part", file.unit)
    add(add(origin, "persname"), "part", file.keeper)
    add(did, "unitid", file.notation)
    add(did, "unittitle", file.title)
    span = add(add(did, "unitdatestructured"), "daterange")
    add(span, "fromdate", file.starts_on.isoformat(), standarddate=file.starts_on.isoformat())
    add(span, "todate", file.ends_on.isoformat(), standarddate=file.ends_on.isoformat())
    for quantity, unit in ((len(file.documents), "văn bản"), (file.pages, "trang")):
        held = add(did, "physdescstructured", coverage="whole", physdescstructuredtype="materialtype")
        add(held, "quantity", str(quantity))
        add(held, "unittype", unit)
    add(add(did, "langmaterial"), "language", file.language, langcode="vie")


def _item(item: etree._Element, document: PackedDocument) -> None:
    """One document, with links to its contents as they were held and as they were converted."""
    add(item, "unitid", document.notation or str(document.ordinal))
    add(item, "unittitle", f"{document.type}: {document.subject}" if document.type else document.subject)
    day = add(add(item, "unitdatestructured"), "datesingle", document.day.isoformat())
    day.set("standarddate", document.day.isoformat())
    if document.author:
        add(add(add(item, "origination"), "corpname"), "part", document.author)
    for content in document.contents:
        href = f"../../{REPRESENTATION}/{content.path}"
        add(item, "dao", daotype="borndigital", href=href, linktitle=content.name)
        if content.migrated is not None:
            href = f"../../{CONVERSION}/{content.migrated.path}"
            add(item, "dao", daotype="derived", href=href, linktitle=content.migrated.name)


def premis(file: PackedFile) -> bytes:
    """The preservation description: every content with its SHA-256, what happened, and who did it."""
    root = rooted(PREMIS, "premis", xsi=XSI)
    root.set("version", "3.0")
    for name in (HELD, MIGRATED) if file.migrated else (HELD,):
        representation = put(add(root, "object"), XSI, {"type": "representation"})
        _identified(representation, "objectIdentifier", "uuid", f"{file.key}/{name}")
        add(representation, "originalName", f"{file.notation} {file.title}")
    for content in file.contents:
        _content(root, content, REPRESENTATION)
        if content.migrated is not None:
            _derived(_content(root, content.migrated, CONVERSION), file, content)
    for event in file.events:
        element = add(root, "event")
        _identified(element, "eventIdentifier", "local", event.key)
        add(element, "eventType", event.type)
        add(element, "eventDateTime", stamp(event.at))
        add(add(element, "eventDetailInformation"), "eventDetail", event.detail)
        add(add(element, "eventOutcomeInformation"), "eventOutcome", event.outcome)
        _identified(element, "linkingAgentIdentifier", "local", "agency" if event.type != "packaging" else "software")
        _identified(element, "linkingObjectIdentifier", "uuid", f"{file.key}/{HELD}")
    for content in file.contents:
        _migration(root, file, content)
    for key, name, kind, version in (
        ("agency", file.agency, "organization", ""),
        ("software", file.software[0], "software", file.software[1]),
    ):
        agent = add(root, "agent")
        _identified(agent, "agentIdentifier", "local", key)
        add(agent, "agentName", name)
        add(agent, "agentType", kind)
        if version:
            add(agent, "agentVersion", version)
    return written(root)


def _migration(root: etree._Element, file: PackedFile, content: PackedContent) -> None:
    """That a content was converted, or why it was not; of one that was PDF/A there is nothing to tell."""
    if content.migrated is None and content.kept is None:
        return
    element = add(root, "event")
    _identified(element, "eventIdentifier", "local", _migrated_by(file, content))
    # To leave what is signed alone is no failure.
    add(element, "eventType", "policy assignment" if content.kept is Kept.SIGNED else "migration")
    add(element, "eventDateTime", stamp(content.migrated.created if content.migrated else file.created))
    told = content.kept.told if content.kept else f"Chuyển đổi từ {content.format_name} sang PDF/A-2b, giữ bản gốc"
    add(add(element, "eventDetailInformation"), "eventDetail", told)
    failed = content.kept not in (None, Kept.SIGNED)
    add(add(element, "eventOutcomeInformation"), "eventOutcome", "failure" if failed else "success")
    _identified(element, "linkingAgentIdentifier", "local", "software")
    objects = [(f"{REPRESENTATION}/{content.path}", "source")]
    if content.migrated is not None:
        objects.append((f"{CONVERSION}/{content.migrated.path}", "outcome"))
    for path, role in objects:
        add(_identified(element, "linkingObjectIdentifier", "filepath", path), "linkingObjectRole", role)


def _migrated_by(file: PackedFile, content: PackedContent) -> str:
    return f"{file.key}-{content.path}"


def _derived(element: etree._Element, file: PackedFile, source: PackedContent) -> None:
    """What an object was made of, and by which event."""
    relation = add(element, "relationship")
    add(relation, "relationshipType", "derivation")
    add(relation, "relationshipSubType", "has source")
    _identified(relation, "relatedObjectIdentifier", "filepath", f"{REPRESENTATION}/{source.path}")
    _identified(relation, "relatedEventIdentifier", "local", _migrated_by(file, source))


def _content(root: etree._Element, content: PackedContent, folder: str) -> etree._Element:
    element = put(add(root, "object"), XSI, {"type": "file"})
    _identified(element, "objectIdentifier", "filepath", f"{folder}/{content.path}")
    held = add(element, "objectCharacteristics")
    fixity = add(held, "fixity")
    add(fixity, "messageDigestAlgorithm", SHA256)
    add(fixity, "messageDigest", content.digest)
    add(fixity, "messageDigestOriginator", "motcua")
    add(held, "size", str(content.size))
    kind = add(add(held, "format"), "formatDesignation")
    add(kind, "formatName", content.format_name)
    add(element, "originalName", content.name)
    return element


def _identified(parent: etree._Element, name: str, kind: str, value: str) -> etree._Element:
    element = add(parent, name)
    add(element, f"{name}Type", kind)
    add(element, f"{name}Value", value)
    return element


def own(file: PackedFile) -> bytes:
    """The file by the field names of Decree 30/2020/NĐ-CP, appendix VI, in the order of time."""
    root = rooted(FILE, "HoSo")
    for name, value in (
        ("OrganId", file.fonds), ("FileCatalog", str(file.year)), ("FileNotation", file.notation),
        ("Title", file.title), ("Maintenance", file.retention), ("Rights", file.rights), ("Creator", file.keeper),
        ("Language", file.language), ("StartDate", _day(file.starts_on)), ("EndDate", _day(file.ends_on)),
        ("DocTotal", str(len(file.documents))), ("PageTotal", str(file.pages)),
    ):  # fmt: skip
        add(root, name, value)
    inside = add(root, "Documents")
    for document in file.documents:
        element = add(inside, "Document")
        for name, value in (
            ("DocOrdinal", str(document.ordinal)), ("TypeName", document.type), ("CodeNotation", document.notation),
            ("IssuedDate", _day(document.day)), ("OrganName", document.author), ("Subject", document.subject),
            ("PageAmount", str(document.pages or "")), ("Description", document.note),
        ):  # fmt: skip
            add(element, name, value)
        for content in document.contents:
            path = f"{REPRESENTATION}/{content.path}"
            add(element, "File", content.name, href=path, size=str(content.size), sha256=content.digest)
    return written(root)


def _day(day: date) -> str:
    return day.isoformat()
