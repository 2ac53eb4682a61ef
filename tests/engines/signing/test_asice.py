from pathlib import Path
from uuid import UUID

import pytest
from asn1crypto.cms import ContentInfo

from motcua.engines.signing import actions, asice
from motcua.engines.signing.actions import DocumentToSign
from motcua.engines.signing.errors import Unsignable
from motcua.engines.signing.models import HolderKind
from motcua.engines.signing.pades import Stamp
from motcua.engines.signing.verification import examine
from tests.engines.signing.containers import office_document, openssl_accepts, packed, parts
from tests.engines.signing.factories import AT, LEADER, decision, leader_stamp
from tests.engines.signing.pki import Pki
from tests.engines.signing.test_xml import FILING

FILES = {"Tờ trình số 1.docx": b"PK\x03\x04 van ban", "phu luc/so lieu.csv": b"a;b\n1;2\n" * 500}
NOW = Stamp("", AT, reason="Gửi phụ lục")


def signed(pki: Pki, container: bytes, label: str = "leader") -> bytes:
    certificate, chain = pki.certificate(label), pki.chain(label)
    made = asice.prepare(container, certificate=certificate, chain=chain, stamp=NOW)
    return asice.finish(made, signature=pki.sign(label, made.to_sign), certificate=certificate, chain=chain)


def openssl(container: bytes, pki: Pki, folder: Path, number: int = 1) -> bool:
    return openssl_accepts(container, pki.certificate("root"), folder, at=AT, number=number)


def test_the_container_is_what_the_standard_asks(pki: Pki):
    content = signed(pki, asice.pack(FILES))
    assert content[30:38] == b"mimetype"
    assert content[38 : 38 + len(asice.MEDIA_TYPE)].decode() == asice.MEDIA_TYPE  # first and not compressed
    names = ["mimetype", *FILES, "META-INF/ASiCManifest001.xml", "META-INF/signature001.p7s"]
    assert list(parts(content)) == names
    assert {name: parts(content)[name] for name in FILES} == FILES
    assert b"phu%20luc/so%20lieu.csv" in parts(content)["META-INF/ASiCManifest001.xml"]


@pytest.mark.parametrize("label", ["leader", "agency"])
def test_other_programs_accept_it(pki: Pki, tmp_path: Path, label: str):
    content = signed(pki, asice.pack(FILES), label)
    (verdict,) = examine(content, anchors=[pki.certificate("root")], at=AT)
    assert (verdict.state, verdict.signed_at, verdict.covers) == ("valid", AT, tuple(sorted(FILES)))
    assert openssl(content, pki, tmp_path)
    signer = ContentInfo.load(parts(content)["META-INF/signature001.p7s"])["content"]["signer_infos"][0]
    said = {attribute["type"].native: attribute["values"][0].native for attribute in signer["signed_attrs"]}
    assert said["signing_time"] == AT
    assert "Gửi phụ lục" in said["1.2.840.113549.1.9.16.2.4"].values()


def test_a_second_one_signs_too_and_the_first_stays(pki: Pki, tmp_path: Path):
    content = signed(pki, signed(pki, asice.pack(FILES)), "agency")
    verdicts = examine(content, anchors=[pki.certificate("root")], at=AT)
    assert [each.state for each in verdicts] == ["valid", "valid"]
    assert openssl(content, pki, tmp_path, 1)
    assert openssl(content, pki, tmp_path, 2)


def test_a_changed_file_is_found(pki: Pki):
    altered = parts(signed(pki, asice.pack(FILES))) | {"phu luc/so lieu.csv": b"a;b\n1;3\n"}
    (verdict,) = examine(packed(altered), anchors=[pki.certificate("root")], at=AT)
    assert verdict.state == "broken"


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({}, "too_large"),
        ({f"{number}.txt": b"" for number in range(asice.MAX_FILES + 1)}, "too_large"),
        ({"../a": b""}, "names"),
        ({"/a": b""}, "names"),
        ({"a\\b": b""}, "names"),
        ({"c:a": b""}, "names"),
        ({"a//b": b""}, "names"),
        ({"mimetype": b""}, "names"),
        ({"META-INF/a": b""}, "names"),
        ({"a": b"", "A": b""}, "names"),
    ],
)
def test_names_that_mislead_are_not_packed(files: dict[str, bytes], code: str):
    with pytest.raises(Unsignable) as refusal:
        asice.pack(files)
    assert refusal.value.code == code


def test_what_is_no_container_is_not_signed(pki: Pki):
    for content in (b"", b"PK\x03\x04", office_document(), asice.pack(FILES)[:-30]):
        with pytest.raises(Unsignable) as refusal:
            asice.prepare(content, certificate=pki.certificate("leader"), stamp=NOW)
        assert refusal.value.code == "damaged"


@pytest.mark.django_db
def test_one_transaction_carries_all_kinds_of_files():
    officer = UUID("01900000-0000-7000-8000-000000000001")
    certificate = actions.issue_demo_certificate(
        holder_kind=HolderKind.OFFICER, holder_id=officer, common_name=LEADER, at=AT
    )
    contents = {"pdf": decision(), "xml": FILING, "xades": FILING, "asice": asice.pack(FILES)}
    documents = [
        DocumentToSign(content, "dossier:1", kind, leader_stamp() if kind == "pdf" else NOW, format=kind)
        for kind, content in contents.items()
    ]
    done = actions.start_signing(certificate=certificate, documents=documents, by=officer, at=AT)
    collected = actions.collect_signed(transaction_id=done.id)
    anchors = [bytes(actions.create_demo_authority(at=AT).der)]
    verdicts = [examine(each.content, anchors=anchors, at=AT) for each in collected]
    assert [(len(each), each[0].state, each[0].signer) for each in verdicts] == [(1, "valid", LEADER)] * 4
