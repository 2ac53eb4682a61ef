"""A package that was read whole and found right."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from motcua.engines.forms.model import Form
from motcua.engines.process.graph import Graph
from motcua.services.procedures.packages.manifest import Manifest, ResultSpec


@dataclass(frozen=True)
class CheckedPackage:
    """The manifest with everything that it names, compiled."""

    manifest: Manifest
    form: Form
    graph: Graph
    files: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """SHA-256 over names and contents: equal digests are equal packages."""
        whole = hashlib.sha256()
        for name, content in sorted(self.files.items()):
            whole.update(f"{len(name.encode())}:{name}:{len(content)}:".encode())
            whole.update(content)
        return whole.hexdigest()


def template_files(files: Mapping[str, bytes], result: ResultSpec) -> tuple[dict[str, bytes], str]:
    """The files that a result's template may read, by their names in its folder, and the template's own name."""
    path = PurePosixPath(result.template)
    folder = "" if str(path.parent) == "." else f"{path.parent}/"
    beside = {name.removeprefix(folder): content for name, content in files.items() if name.startswith(folder)}
    suffixes = {".typ", ".png", ".jpg", ".svg", ".json", ".csv"}
    return {name: content for name, content in beside.items() if PurePosixPath(name).suffix in suffixes}, path.name
