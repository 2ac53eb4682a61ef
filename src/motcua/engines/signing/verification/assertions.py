"""Time stamps beside the signatures of a container (ETSI EN 319 162-1, 4.3.3.3, 4.4.3 and annex A).

A file ``*.tst`` stamps a manifest, and with it all files whose digests the manifest lists: files that nobody signed,
or, as archive time stamp (``ASiCArchiveManifest``), signatures with their manifests.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from asn1crypto import cms as asn1_cms

from motcua.engines.signing.verification import cms
from motcua.engines.signing.verification.faults import UNREADABLE, Unverifiable
from motcua.engines.signing.verification.manifests import Manifest, is_manifest, read_manifest
from motcua.engines.signing.verification.trust import Judge

_MOST = 20


@dataclass(frozen=True)
class _Assertion:
    """A time stamp: over which octets, and which files of the container it covers by that."""

    name: str
    token: asn1_cms.SignedData
    content: bytes
    covers: frozenset[str]


@dataclass
class Assertions:
    """The time stamps of a container. ``uncounted``: some, or records of another kind, prove nothing here."""

    judge: Judge
    at: datetime
    found: list[_Assertion] = field(default_factory=list)
    uncounted: bool = False
    _times: dict[str, datetime | None] = field(default_factory=dict)

    async def over(self, *names: str) -> list[datetime]:
        """The times at which these files were there together, as trusted stamps prove them."""
        times = [await self._time(each) for each in self.found if set(names) <= each.covers]
        return [moment for moment in times if moment is not None]

    async def judge_all(self) -> None:
        """Find out whether all of them count."""
        for each in self.found:
            self.uncounted |= await self._time(each) is None

    async def _time(self, assertion: _Assertion) -> datetime | None:
        """A stamp is judged at the time that a later one proves of it, the newest at ``at``."""
        if assertion.name not in self._times:
            self._times[assertion.name] = None  # two that cover each other prove nothing
            at = min(await self.over(assertion.name), default=self.at)
            imprint = partial(_digest, assertion.content)
            self._times[assertion.name] = await cms.time_of(assertion.token, imprint, self.judge, at=at)
        return self._times[assertion.name]


def find(parts: Mapping[str, bytes], judge: Judge, *, at: datetime) -> Assertions:
    """The time stamps among the files of a container, not judged yet."""
    assertions = Assertions(judge, at)
    for name in filter(is_manifest, sorted(parts)):
        try:
            manifest = read_manifest(name, parts)
            if manifest.over_time:
                assertions.found.append(_read(manifest, parts))
        except (Unverifiable, *UNREADABLE):
            assertions.uncounted |= "archive" in name.lower()
    unknown = any("evidencerecord" in name.lower() for name in parts)
    assertions.uncounted |= unknown or len(assertions.found) > _MOST
    del assertions.found[_MOST:]
    return assertions


def _read(manifest: Manifest, parts: Mapping[str, bytes]) -> _Assertion:
    covers = {name for name, state in manifest.states(parts).items() if state == "matches"}
    token = cms.read(parts[manifest.signature])
    return _Assertion(manifest.signature, token, parts[manifest.name], frozenset(covers | {manifest.name}))


def _digest(content: bytes, algorithm: str) -> bytes:
    return hashlib.new(algorithm, content).digest()
