"""Drafts edited in the browser: by the simulated editor through the house's own pages, and as Word files."""

import io
import re
import unicodedata
import zipfile
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.engines.editing.simulator.editor import SimulatedEditor, lines_of, with_lines
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.errors import Conflict
from motcua.kernel.events.models import Event
from motcua.services.correspondence.actions import outgoing as actions
from motcua.services.correspondence.models import DraftVersion, OutgoingDocument
from motcua.services.correspondence.reading import read_docx, without_heading
from motcua.services.correspondence.rules.layout import check
from motcua.services.correspondence.word import word_of
from tests.engines.editing.conftest import editor  # noqa: F401 - a fixture
from tests.engines.editing.desk import HERE, KEYS, InHouse
from tests.factories import sign_in
from tests.jobs import run_jobs
from tests.services.correspondence.factories import Agency, make_agency
from tests.services.correspondence.outgoing_factories import drafted, facts

DATA: dict[str, Any] = {
    "superior": None, "agency": "Ủy ban nhân dân xã Mẫu Sơn", "place": "Mẫu Sơn", "type": "Quyết định",
    "subject": "Về việc thử", "to": "Sở Xây dựng", "recipients": ["Như trên", "Lưu: VT"], "urgency": "Khẩn",
    "circulation": "",
}  # fmt: skip
LINES = st.lists(
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1), min_size=1, max_size=5
)


@settings(max_examples=15)  # a Word file takes its time
@given(LINES, st.sampled_from(["Quyết định", ""]))
def test_a_word_file_of_a_text_is_in_order_and_gives_the_text_back(lines: list[str], kind: str) -> None:
    mark, data = ("QĐ-UBND" if kind else "UBND-KT"), {**DATA, "type": kind, "paragraphs": lines}
    measured, body = read_docx(word_of(data, mark=mark, signer=("Chủ tịch", "Hoàng Văn Mẫu Tịch")))
    assert check(measured, type_name=kind, abbreviation="QĐ" if kind else "") == []
    expected = unicodedata.normalize("NFC", "\n".join(lines))
    assert without_heading(body, type_name=kind, subject=DATA["subject"]) == expected


def opened(client: Client, document: OutgoingDocument) -> InHouse:
    """The draft as the page opens it in the editor."""
    page = client.get(reverse("correspondence:edit", args=[document.pk])).content.decode()
    form = re.search(r'<form method="post" action="([^"]+)" target="editor"', page)
    token = re.search(r'name="access_token" value="([^"]+)"', page)
    assert form is not None
    assert token is not None
    (source,) = parse_qs(urlsplit(unescape(form[1])).query)["WOPISrc"]
    assert source.startswith(HERE)
    return InHouse(source, token[1], *KEYS)


@pytest.mark.django_db
def test_what_is_written_in_the_browser_becomes_a_version(client: Client, editor: SimulatedEditor) -> None:  # noqa: F811
    agency: Agency = make_agency()
    document = drafted(agency)
    page = reverse("correspondence:sending", args=[document.pk])
    sign_in(client, agency.first)
    assert "Soạn thảo trên trình duyệt" in client.get(page).content.decode()
    response = client.get(reverse("correspondence:edit", args=[document.pk]))
    for directive in ("frame-src", "form-action"):
        allowed = next(part for part in response["Content-Security-Policy"].split(";") if directive in part)
        assert editor.url in allowed

    writer = opened(client, document)
    assert writer.do("LOCK").status_code == 200
    content = writer.get().content
    assert lines_of(content) == ["Đèn đường sẽ được sửa trong tuần này."]
    lines = ["Đèn đường sẽ được sửa trong tháng này.", "Kính đề nghị phối hợp."]
    assert writer.put(with_lines(content, lines)).status_code == 200
    assert "Phạm Văn Mẫu Một" in client.get(page).content.decode().split("Đang được soạn thảo")[1][:200]
    by = agency.actor(agency.first)
    for act in (
        lambda: actions.submit(document.pk, by=by),
        lambda: actions.write(document.pk, facts(agency), actions.Draft(text="x"), by=by),
        lambda: actions.discard(document.pk, reason="x", by=by),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "edited"
    assert writer.do("UNLOCK").status_code == 200
    with pytest.raises(Conflict):
        actions.submit(document.pk, by=by)
    run_jobs()

    version = DraftVersion.objects.get(document=document, number=2)
    assert version.text == "\n".join(lines)
    assert (version.findings, version.made_by_id) == ([], agency.first.pk)
    assert version.source is not None
    assert lines_of(read_bytes(version.source)) == lines
    told = Event.objects.get(stream=document.stream, kind="correspondence.written")
    assert told.references["editors"] == [str(agency.first.pk)]
    actions.submit(document.pk, by=by)
    assert writer.check().status_code == 404  # no draft any more
    assert client.get(reverse("correspondence:edit", args=[document.pk])).status_code == 404


@pytest.mark.django_db
def test_others_read_and_what_was_left_open_is_ended(client: Client, editor: SimulatedEditor) -> None:  # noqa: F811
    agency = make_agency()
    document = drafted(agency)
    sign_in(client, agency.first)
    writer = opened(client, document)
    writer.do("LOCK")
    content = writer.get().content
    writer.put(with_lines(content, ["Bản mới."]))
    sign_in(client, agency.head)  # leads the unit
    reader = opened(client, document)
    assert (reader.check().json()["UserCanWrite"], reader.do("LOCK", "khac").status_code) == (False, 404)
    end = reverse("correspondence:edit-end", args=[document.pk])
    assert client.post(end).status_code == 403
    sign_in(client, agency.clerk)
    assert client.get(reverse("correspondence:edit", args=[document.pk])).status_code == 404

    sign_in(client, agency.first)
    assert client.post(end).status_code == 302
    assert DraftVersion.objects.get(document=document, number=2).text == "Bản mới."
    assert [each.check().status_code for each in (writer, reader)] == [401, 401]

    again = opened(client, document)
    again.do("LOCK")
    again.put(reading_elsewhere(content))
    again.do("UNLOCK")
    run_jobs()
    assert "không trở thành một bản dự thảo" in client.get(reverse("correspondence:sending", args=[document.pk])).text
    assert DraftVersion.objects.filter(document=document).count() == 2


def reading_elsewhere(content: bytes) -> bytes:
    """A file that has pictures from elsewhere."""
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(output, "w") as after:
        for name in before.namelist():
            held = before.read(name)
            if name == "word/_rels/document.xml.rels":
                link = b'<Relationship Id="rX" Type="x/image" Target="http://a.example/" TargetMode="External"/>'
                held = held.replace(b"</Relationships>", link + b"</Relationships>")
            after.writestr(name, held)
    return output.getvalue()


@pytest.mark.django_db
def test_without_an_editor_pages_do_not_speak_of_it(client: Client) -> None:
    agency = make_agency()
    document = drafted(agency)
    sign_in(client, agency.first)
    assert "trình duyệt" not in client.get(reverse("correspondence:sending", args=[document.pk])).content.decode()
    assert client.get(reverse("correspondence:edit", args=[document.pk])).status_code == 404
