"""Lists as a spreadsheet: what texts of any kind become in its cells."""

import io

from openpyxl import load_workbook

from motcua.kernel.web.sheets import respond


def test_control_characters_and_formulas_become_plain_texts() -> None:
    answer = respond("so", {"Sổ": [["Tên\x0bđường", "=1+1", "\x00=1", 7]]})
    content = answer.getvalue()
    answer.close()
    sheet = load_workbook(io.BytesIO(content))["Sổ"]
    assert [cell.value for cell in sheet[1]] == ["Tên đường", "'=1+1", " =1", 7]
