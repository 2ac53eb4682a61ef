"""Name spaces in circulation, and the elements that dialects call otherwise."""

QCVN_102 = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
DIALECTS = {
    QCVN_102: "qcvn-102",
    "http://www.e-doc.vn/Schema/": "e-doc",
    "http://www.go.vn/eDoc": "go-edoc",
}
# What others write → the name in the national SDK (which misspells "Business").
ALIASES = {
    "Business": "Bussiness",
    "BusinessDocType": "BussinessDocType",
    "BusinessDocReason": "BussinessDocReason",
    "BusinessDocumentInfo": "BussinessDocumentInfo",
    "SignerInfor": "SignerInfo",
    "TypeNotation": "TyperNotation",
    "TimeStamp": "Timestamp",
    "OrganID": "OrganId",
    "DocumentID": "DocumentId",
    "ContentID": "ContentId",
    "FileName": "AttachmentName",
    "FileType": "ContentType",
    "edXMLManifest": "Manifest",
}
PAYLOAD = "ContentTransferEncoded"


def local(name: str) -> str:
    """The name of an element as the SDK has it, without prefix."""
    bare = name.rpartition(":")[2]
    return ALIASES.get(bare, bare)


def dialect(namespaces: set[str]) -> str:
    """Which dialect declares such name spaces; ``none`` for a message without any that is known."""
    found = (name for address, name in DIALECTS.items() if address in namespaces or address.rstrip("/") in namespaces)
    return next(found, "none")
