"""Appendix VI of Decree 30/2020/NĐ-CP: the table in ``docs/officer`` says of each function what a test shows."""

import re
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[3]
TABLE = ROOT / "docs" / "officer" / "van-ban-phu-luc-vi.md"
LEVELS = {"Có", "Một phần"}
_IN, _OUT, _PAGES = (f"correspondence/test_{name}.py" for name in ("incoming", "outgoing", "pages"))
_FAULTS, _SEARCH, _FOUND = (f"correspondence/test_{name}.py" for name in ("outgoing_faults", "search", "search_pages"))
_SENT, _CHANGED = "correspondence/test_exchanged.py", "correspondence/test_exchanged_changes.py"
_FILES, _ON_PAPER = "records/test_files.py", "records/test_pages.py"
# The beginning of a row → the test that would fail without the function.
SHOWN_BY = {
    "Đăng ký văn bản đến": (_IN, "test_numbers_run_through_a_year_in_one_series_for_paper_and_files"),
    "Cảnh báo trùng": (_IN, "test_duplicates_are_found_by_identifier_and_by_notation_issuer_and_year"),
    "Kiểm tra chữ ký số": (_SENT, "test_a_document_is_in_the_other_clerks_list_and_its_states_flow_back"),
    "Thông báo cho bên gửi": (_SENT, "test_a_document_is_in_the_other_clerks_list_and_its_states_flow_back"),
    "Bên gửi theo dõi": (_SENT, "test_a_document_is_in_the_other_clerks_list_and_its_states_flow_back"),
    "Trình, cho ý kiến": (_IN, "test_a_document_goes_from_the_clerk_to_the_officer_and_is_done"),
    "Cảnh báo đến hạn": (_IN, "test_officers_hear_of_what_comes_to_them_and_of_deadlines_once"),
    "Phiếu giải quyết": (_PAGES, "test_the_slip_says_who_decided_what"),
    'Dấu "ĐẾN"': ("correspondence/test_stamping.py", "test_a_sealed_document_is_stamped_and_its_signatures_stay"),
    "Soạn thảo theo mẫu": ("correspondence/test_rules.py", "test_the_decree_knows_29_types"),
    "Soạn thảo trực tuyến": (
        "correspondence/test_editing.py",
        "test_what_is_written_in_the_browser_becomes_a_version",
    ),
    "Lưu mọi bản dự thảo": (_OUT, "test_versions_are_kept_and_a_returned_draft_loses_its_initials"),
    "Lưu lịch sử xem": (
        _FOUND,
        "test_who_opened_a_document_is_kept_and_shown_to_whoever_answers_for_the_register",
    ),
    "Kiểm tra thể thức": ("correspondence/test_layout.py", "test_each_rule_finds_what_breaks_it"),
    "Ký nháy": (_OUT, "test_a_draft_goes_all_the_way_and_its_signatures_hold"),
    "Ký số riêng phụ lục": (_OUT, "test_a_draft_goes_all_the_way_and_its_signatures_hold"),
    "Cấp số": (_OUT, "test_numbers_are_unique_reserved_ones_are_used_and_skipped_ones_stay"),
    "Ban hành": ("correspondence/test_mailing.py", "test_each_recipient_gets_the_document_with_its_annexes_once"),
    "Thu hồi": (_FAULTS, "test_recall_destroys_what_offices_of_the_house_have_and_leaves_the_trace"),
    "Thay thế": (_CHANGED, "test_what_replaces_or_corrects_a_document_names_it_and_is_answered"),
    "Cập nhật thông tin": (_CHANGED, "test_data_are_corrected_only_where_the_document_was_sent"),
    "Sao y": (
        "correspondence/test_copying.py",
        "test_copies_are_numbered_and_leave_the_signatures_of_the_original",
    ),
    "Văn bản mật": (_IN, "test_what_is_secret_wrong_or_nobodys_is_refused"),
    "Mức độ khẩn": ("correspondence/test_printing.py", "test_urgency_and_circulation_stand_framed_in_red"),
    "Số trang, số lượng bản": (_OUT, "test_what_is_wanted_of_recipients_reaches_them_while_there_is_time"),
    "Tìm kiếm": (_SEARCH, "test_every_field_is_searched"),
    "Phân quyền xem": (_SEARCH, "test_what_the_index_has_is_shown_to_whom_the_documents_are_shown_now"),
    "Thay đổi quyền": (_FILES, "test_sharing_is_in_force_when_another_has_confirmed_it"),
    "In có hình mờ": ("correspondence/test_printing.py", "test_what_is_for_internal_use_says_who_printed_it"),
    "Danh mục hồ sơ hằng năm": (_FILES, "test_a_list_is_prepared_given_back_approved_and_added_to"),
    "Mở hồ sơ": (_ON_PAPER, "test_a_file_is_filled_shared_and_closed_by_forms"),
    "Một văn bản trong nhiều": (_FILES, "test_one_document_stands_in_two_files_without_a_copy"),
    "Bàn giao": (_FILES, "test_files_are_handed_over_with_minutes"),
    "Cảnh báo trước hạn nộp lưu": (_FILES, "test_the_keeper_is_told_thirty_days_before_the_transfer_is_due"),
    "Nộp lưu": ("records/test_packages.py", "test_the_public_rules_of_e_ark_accept_a_package"),
    "Khóa": ("records/test_guards.py", "test_raw_sql_changes_nothing_of_a_held_file"),
    "Xuất hồ sơ": (_ON_PAPER, "test_a_file_is_taken_out_as_one_pdf_and_as_xml_in_the_order_of_time"),
    "Đánh giá": ("records/test_appraisals.py", "test_a_file_goes_from_the_list_to_its_minutes"),
    "Đầu ra 1": (_PAGES, "test_registers_are_shown_printed_and_written_to_a_sheet"),
    "Đầu ra 2": (_PAGES, "test_registers_are_shown_printed_and_written_to_a_sheet"),
    "Đầu ra 3": (_PAGES, "test_registers_are_shown_printed_and_written_to_a_sheet"),
    "Đầu ra 4": (_PAGES, "test_registers_are_shown_printed_and_written_to_a_sheet"),
    "Đầu ra 5": (_ON_PAPER, "test_outputs_5_and_6_stand_on_paper_and_in_sheets"),
    "Đầu ra 6": (_ON_PAPER, "test_outputs_5_and_6_stand_on_paper_and_in_sheets"),
}


def rows() -> list[list[str]]:
    """Function, level, and where it is or what is missing."""
    found = [
        [cell.strip() for cell in line.strip("|\n").split("|")]
        for line in TABLE.read_text().splitlines()
        if line.startswith("| ")
    ]
    return found[1:]  # below the headings


def test_every_function_is_done_and_shown_by_a_test():
    asked = dict.fromkeys(SHOWN_BY, 0)
    for function, level, where in rows():
        (known,) = [begins for begins in asked if function.startswith(begins)]
        asked[known] += 1
        assert level in LEVELS, function
        assert where, function
        file, test = SHOWN_BY[known]
        assert f"\ndef {test}(" in (ROOT / "tests" / "services" / file).read_text(), test
    assert set(asked.values()) == {1}


def test_what_the_table_names_is_called_so_on_the_pages():
    said: set[str] = set()
    for path in (ROOT / "src" / "motcua").glob("**/locale/vi/LC_MESSAGES/django.po"):
        with path.open("rb") as file:
            texts = [message.string for message in read_po(file, locale="vi")]
        said |= {text if isinstance(text, str) else text[0] for text in texts}
    named = {each for row in rows() for each in re.findall(r"\*([^*]+)\*", row[2])}
    assert len(named) > 20
    assert not {each for each in named - said if not any(text.startswith(each) for text in said)}
