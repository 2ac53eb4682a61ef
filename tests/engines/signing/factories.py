"""A decision to sign, keys to sign it with. People and agencies are invented."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from motcua.engines.rendering.templates import unpack_template
from motcua.engines.rendering.typesetting import Rendering, render_with_anchors
from motcua.engines.signing import authority, pades
from motcua.engines.signing.authority import Issued
from motcua.engines.signing.fields import prepare_fields
from motcua.engines.signing.images import demo_seal, demo_signature
from motcua.engines.signing.pades import Stamp

AT = datetime(2026, 1, 5, 3, 0, tzinfo=UTC)
LEADER, AGENCY = "Phạm Văn Giả Định", "Ủy ban nhân dân xã Mẫu Sơn"
NUMBERED = {"So": "15", "Ngay": "05", "Thang": "01", "Nam": "2026"}

DECISION = """
#import "@motcua/library:1.0.0": *
#show: official.with(title: "Quyết định")
#copy-seals
#masthead(agency: "Ủy ban nhân dân xã Mẫu Sơn", number: number-later[QĐ-UBND], place: "Mẫu Sơn", date: date-later)
#heading-of([QUYẾT ĐỊNH])
#paragraph[*Điều 1.* Công nhận danh hiệu gia đình văn hóa năm 2026. #initials("KyNhay1", "KyNhay2")]
#closing(
  left: recipients(("Như Điều 1;", "Lưu: VT.")),
  right: signature(title: "Chủ tịch", name: "Phạm Văn Giả Định", field: "KyChinh", seal: "DauCQ"),
)
"""


@cache
def rendering() -> Rendering:
    with TemporaryDirectory() as folder:
        template = unpack_template({"main.typ": DECISION.encode()}, "main.typ", into=Path(folder))
        return render_with_anchors(template, {}, dated=AT)


@cache
def decision() -> bytes:
    """A decision with empty fields SaoY, SaoLuc, KyNhay1, KyNhay2, KyChinh, DauCQ, So, Ngay, Thang and Nam."""
    return prepare_fields(rendering().pdf, rendering().anchors)


@cache
def demo_authority() -> Issued:
    return authority.new_authority(AT)


@cache
def key_of(name: str) -> Issued:
    return authority.issue(demo_authority(), common_name=name, at=AT)


@dataclass(frozen=True)
class Signer:
    """Somebody with a key at hand."""

    issued: Issued

    def sign(self, pdf: bytes, stamp: Stamp) -> bytes:
        prepared = pades.prepare(pdf, certificate=self.issued.certificate, stamp=stamp)
        signature = self.issued.key.sign(prepared.to_sign, ECDSA(Prehashed(hashes.SHA256())))
        return pades.finish(prepared, signature=signature, certificate=self.issued.certificate)


def leader_stamp(**changes: Any) -> Stamp:
    return Stamp(**({"field": "KyChinh", "at": AT, "image": demo_signature(LEADER)} | changes))


def seal_stamp(**changes: Any) -> Stamp:
    return Stamp(
        **({"field": "DauCQ", "at": AT, "image": demo_seal(AGENCY, "Tỉnh Mẫu Sơn"), "texts": NUMBERED} | changes)
    )


@cache
def signed_by_leader() -> bytes:
    return Signer(key_of(LEADER)).sign(decision(), leader_stamp())


@cache
def sealed() -> bytes:
    """The decision, signed by its leader, then numbered, dated and sealed in one revision."""
    return Signer(key_of(AGENCY)).sign(signed_by_leader(), seal_stamp())
