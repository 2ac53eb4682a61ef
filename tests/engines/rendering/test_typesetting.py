import threading
import unicodedata
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from motcua.engines.rendering import typesetting
from motcua.engines.rendering.anchors import AnchorKind
from motcua.engines.rendering.errors import FontsMissing, RenderingError, UnsupportedCharacter
from motcua.engines.rendering.qr import qr_png, qr_svg
from motcua.engines.rendering.typesetting import check_template, render, render_with_anchors
from motcua.kernel.text.dates import VIETNAM
from tests.engines.rendering.factories import DATED, template
from tests.poppler import poppler

EVERY_LETTER = (
    "".join(
        unicodedata.normalize("NFC", letter + mark + tone)
        for letter in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
        for mark in [""]
        for tone in ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
    )
    + "đĐ"
)


def test_text_comes_out_as_it_went_in_for_every_vietnamese_letter(tmp_path: Path):
    pdf = render(template('#data.letters.join(" ")', tmp_path), {"letters": list(EVERY_LETTER)}, dated=DATED)
    assert "".join(poppler("pdftotext", "-", "-", stdin=pdf).split()) == EVERY_LETTER


def test_decomposed_input_is_composed(tmp_path: Path):
    written = unicodedata.normalize("NFD", "Nguyễn Đặng Thị Thử")
    pdf = render(template("#data.text", tmp_path), {"text": written}, dated=DATED)
    assert "Nguyễn Đặng Thị Thử" in poppler("pdftotext", "-", "-", stdin=pdf)


def test_the_file_is_pdf_a_2b_with_every_font_embedded(tmp_path: Path):
    pdf = render(template("*Đậm* _nghiêng_ thường", tmp_path), {}, dated=DATED)
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in pdf
    fonts = poppler("pdffonts", "-", stdin=pdf).splitlines()[2:]
    assert sorted(line.split()[0].split("+")[1] for line in fonts) == ["Tinos-Bold", "Tinos-Italic", "Tinos-Regular"]
    assert all(line.split()[-5] == "yes" for line in fonts)


def test_the_same_input_gives_the_same_bytes(tmp_path: Path):
    source = template("#data.text #long-date(issued)", tmp_path)
    first = render(source, {"text": "a"}, dated=DATED)
    assert render(source, {"text": "b"}, dated=DATED) != first
    assert render(source, {"text": "a"}, dated=DATED) == first


def test_the_date_is_the_day_in_vietnam(tmp_path: Path):
    late = datetime.fromisoformat("2026-03-08T18:00:00+00:00")
    pdf = render(template("#long-date(issued)", tmp_path), {}, dated=late)
    assert "ngày 09 tháng 3 năm 2026" in poppler("pdftotext", "-", "-", stdin=pdf)


def test_no_line_ends_inside_the_name_of_a_committee(tmp_path: Path):
    source = template("#box(width: 11cm, masthead(agency: data.agency))", tmp_path)
    pdf = render(source, {"agency": "Ủy ban nhân dân xã Mẫu Sơn"}, dated=DATED)
    assert "ỦY BAN NHÂN DÂN" in poppler("pdftotext", "-raw", "-", "-", stdin=pdf).splitlines()


def test_data_are_text_and_never_markup(tmp_path: Path):
    hostile = '#eval("1+1") *x* $y$ #read("main.typ") {{ 7*7 }}'
    pdf = render(template("#data.text", tmp_path), {"text": hostile}, dated=DATED)
    assert hostile in poppler("pdftotext", "-", "-", stdin=pdf)


def test_a_character_without_glyph_is_an_error_that_names_it(tmp_path: Path):
    with pytest.raises(UnsupportedCharacter) as refusal:
        render(template("#data.text", tmp_path), {"text": "Trần 漢 Thử"}, dated=DATED)
    assert refusal.value.characters == "漢"


def test_an_unknown_font_is_an_error(tmp_path: Path):
    source = template('#set text(font: "Times New Roman")\nChữ', tmp_path)
    with pytest.raises(RenderingError, match="unknown font family"):
        render(source, {}, dated=DATED)
    assert check_template(source, {}) == ["unknown font family: times new roman"]


def test_missing_font_files_are_an_error_with_an_instruction(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(typesetting, "FONTS", tmp_path / "none")
    typesetting._compiler.cache_clear()
    try:
        with pytest.raises(FontsMissing, match=r"Be Vietnam Pro, Tinos.*frontend/fonts\.mjs"):
            render(template("Chữ", tmp_path), {}, dated=DATED)
    finally:
        typesetting._compiler.cache_clear()


def test_a_missing_key_stops_the_rendering(tmp_path: Path):
    source = template("#data.name", tmp_path)
    assert check_template(source, {"name": "Mẫu"}) == []
    assert "name" in check_template(source, {})[0]
    with pytest.raises(RenderingError, match="dictionary does not contain key"):
        render(source, {}, dated=DATED)


def test_dates_must_be_written_before(tmp_path: Path):
    with pytest.raises(TypeError, match="format dates before rendering"):
        render(template("x", tmp_path), {"day": DATED}, dated=DATED)


def test_anchors_are_told_in_pdf_coordinates(tmp_path: Path):
    source = template(
        '#place(top + left, dx: -30mm, dy: -20mm, anchor("Goc", width: 40mm, height: 20mm))\n#pagebreak()\n'
        '#signature(title: "Chủ tịch", name: "Mẫu", field: "KyChinh", seal: "DauCQ", width: 42mm, height: 19mm)',
        tmp_path,
    )
    corner, leader, seal = sorted(
        render_with_anchors(source, {}, dated=DATED).anchors, key=lambda anchor: (anchor.page, anchor.name == "DauCQ")
    )
    mm = 72 / 25.4
    assert (corner.name, corner.page, corner.left, corner.top) == ("Goc", 1, pytest.approx(0), pytest.approx(297 * mm))
    assert (corner.width, corner.height) == (pytest.approx(40 * mm), pytest.approx(20 * mm))
    assert (leader.kind, seal.kind, seal.page) == (AnchorKind.SIGNATURE, AnchorKind.SEAL, 2)
    # Decree 30/2020: the seal covers about the left third of the signature's picture, at real size.
    assert seal.right - leader.left == pytest.approx(leader.width / 3)
    assert (seal.bottom + seal.top) / 2 == pytest.approx((leader.bottom + leader.top) / 2)
    assert seal.width == pytest.approx(36 * mm)


def test_threads_may_render_at_once(tmp_path: Path):
    source = template("#data.text", tmp_path)
    texts = [f"số {number}" for number in range(8)]
    results: dict[str, str] = {}

    def work(text: str) -> None:
        results[text] = poppler("pdftotext", "-", "-", stdin=render(source, {"text": text}, dated=DATED)).strip()

    threads = [threading.Thread(target=work, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {text: text for text in texts}


def test_a_qr_code_is_drawn_and_kept(tmp_path: Path):
    svg = qr_svg("https://motcua.example/track/H99.16-260105-0012")
    assert qr_svg("https://motcua.example/track/H99.16-260105-0012") is svg
    pdf = render(template("#qr(data.qr)", tmp_path), {"qr": svg}, dated=datetime(2026, 1, 5, tzinfo=VIETNAM))
    assert len(pdf) > len(render(template("Chữ", tmp_path), {}, dated=DATED)) - 20_000
    assert pdf != render(template("#qr(data.qr)", tmp_path), {"qr": qr_svg("khác")}, dated=DATED)


@pytest.mark.parametrize("text", ["https://motcua.example/track/H99.16-260105-0012?k=Za9", "Thử", "x" * 2000])
def test_a_printed_code_says_what_it_was_made_for(text: str, tmp_path: Path):
    pdf = render(template("#qr(data.qr, size: 120mm)", tmp_path), {"qr": qr_svg(text)}, dated=DATED)
    poppler("pdftoppm", "-r", "150", "-png", "-singlefile", "-", str(tmp_path / "page"), stdin=pdf)
    assert zxingcpp.read_barcode(Image.open(tmp_path / "page.png").convert("L")).text == text
    assert zxingcpp.read_barcode(Image.open(BytesIO(qr_png(text)))).text == text
