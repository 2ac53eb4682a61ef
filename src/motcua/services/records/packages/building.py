"""Writing a package as a ZIP, content by content: a large one is never in memory as a whole."""

import hashlib
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from motcua.kernel.errors import Refused
from motcua.services.records.packages import describing, mets
from motcua.services.records.packages.facts import PackedContent, PackedFile
from motcua.services.records.packages.mets import Group, Member

CHUNK = 64 * 1024
OWN_SCHEMA = Path(__file__).parents[1] / "data" / "HoSo.xsd"
_XML, _XSD, _PDF = "application/xml", "application/xml", "application/pdf"


class Writer:
    """An open package: what it is told to write, under its root folder."""

    def __init__(self, archive: zipfile.ZipFile, file: PackedFile) -> None:
        self.archive = archive
        self.file = file
        self._at = file.created.timetuple()[:6]

    def write(self, path: str, data: bytes, media_type: str, *, below: str = "") -> Member:
        """A file that is in memory; ``below``: the folder of the METS that refers to it."""
        self.archive.writestr(self._entry(f"{below}{path}"), data)
        return Member(path, media_type, len(data), hashlib.sha256(data).hexdigest(), self.file.created)

    def copy(self, content: PackedContent, folder: str) -> Member:
        """A content, digested while it is copied. Raises ``Refused`` for one that is not what it was."""
        digest, size = hashlib.sha256(), 0
        entry = self._entry(f"{folder}/{content.path}")
        with content.open() as source, self.archive.open(entry, "w", force_zip64=True) as target:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                target.write(chunk)
        if digest.hexdigest() != content.digest or size != content.size:
            text = _("The content of %(name)s is not what it was when the file was closed.")
            raise Refused(text % {"name": content.name}, code="altered")
        return Member(content.path, content.media_type, content.size, content.digest, content.created)

    def _entry(self, path: str) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(f"{self.file.folder}/{path}", (max(self._at[0], 1980), *self._at[1:]))
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o640 << 16
        return entry


def build(file: PackedFile, target: IO[bytes], *, schemas: Sequence[Path] = ()) -> None:
    """Write the package. ``schemas``: XSD files of METS, PREMIS and EAD that go along, where the operator has them.

    Raises ``Refused`` for a content that cannot be read or has changed.
    """
    with zipfile.ZipFile(target, "w", allowZip64=True) as archive:
        writer = Writer(archive, file)
        representations = [
            _representation(writer, name, contents)
            for name, contents in ((describing.HELD, file.contents), (describing.MIGRATED, file.migrated))
            if contents or name == describing.HELD
        ]
        ead = writer.write("metadata/descriptive/EAD.xml", describing.ead(file), _XML)
        own = writer.write("metadata/descriptive/HoSo.xml", describing.own(file), _XML)
        premis = writer.write("metadata/preservation/PREMIS.xml", describing.premis(file), _XML)
        papers = [("muc-luc-van-ban.pdf", file.contents_list), ("dinh-dang-tep.pdf", file.formats_list)]
        documentation = tuple(writer.write(f"documentation/{name}", pdf, _PDF) for name, pdf in papers if pdf)
        described = tuple(
            writer.write(f"schemas/{each.name}", each.read_bytes(), _XSD) for each in [OWN_SCHEMA, *schemas]
        )
        groups = (Group("Documentation", documentation), Group("Schemas", described), *representations)
        writer.write("METS.xml", mets.package(file, ead=ead, own=own, premis=premis, groups=groups), _XML)


def _representation(writer: Writer, name: str, contents: Sequence[PackedContent]) -> Group:
    """Write contents with the METS that refers to them."""
    folder = f"representations/{name}"
    data = Group("Data", tuple(writer.copy(content, folder) for content in contents))
    inside = mets.representation(writer.file, name, data)
    return Group(f"{mets.REPRESENTATIONS}/{name}", (writer.write(f"{folder}/METS.xml", inside, _XML),))
