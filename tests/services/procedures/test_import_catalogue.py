"""Importing the catalogue: nothing twice, a new version for a change, nothing in a dry run."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from motcua.kernel.events.models import Event
from motcua.services.procedures import actions
from motcua.services.procedures.choices import Source
from motcua.services.procedures.cli import import_catalogue
from motcua.services.procedures.models import Procedure, ProcedureVersion, SearchEntry

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


def line(code: str = "1.000001", **changes: str) -> str:
    record = {
        "ma_thu_tuc": code,
        "ten_thu_tuc": "Đăng ký khai sinh mẫu",
        "linh_vuc": "Hộ tịch",
        "cap_thuc_hien": "Cấp xã",
        "doi_tuong_thuc_hien": "Công dân Việt Nam",
        "co_quan_thuc_hien": "Ủy ban nhân dân xã",
        "cach_thuc_thuc_hien": "Hình thức nộpThời gianPhí, lệ phíMô tả"
        "Trực tuyến1 Ngày làm việcMiễn phíTrực tiếp2 Ngày8,000 VNĐ(/bản)",
        "thanh_phan_ho_so": "--Tên giấy tờMẫu đơn, tờ khaiSố lượngTờ khaiMau 1.docx1 bản chínhGiấy chứng sinh0 bản"
        " chính,1 bản sao",
        "can_cu_phap_ly": "Luật Hộ tịch60/2014/QH13",
        "ket_qua_xu_ly": "Giấy khai sinhMã: KQ.G15.000001Từ khóaKhông có thông tin",
    }
    return json.dumps(record | changes, ensure_ascii=False)


def run(*lines: str, dry_run: bool = False, **options: Any) -> actions.Report:
    return actions.import_catalogue(lines, dry_run=dry_run, at=AT, **options)


def test_a_record_becomes_a_procedure_with_everything_it_says():
    report = run(line())

    assert (report.created, report.changed, report.unchanged, report.unreadable) == (1, 0, 0, [])
    procedure = Procedure.objects.select_related("current_version").get()
    version = procedure.current_version
    assert version is not None
    assert (procedure.code, procedure.filing) == ("1.000001", "national")
    assert procedure.life_events == ["child", "family", "death"]
    assert (version.number, version.source, version.name) == (1, Source.CATALOGUE, "Đăng ký khai sinh mẫu")
    assert version.legal_basis == ["60/2014/QH13"]
    assert version.results == [{"code": "KQ.G15.000001", "name": "Giấy khai sinh"}]
    assert version.source_record == json.loads(line())
    online, counter = version.terms.all()
    assert (online.channel, online.limit_value, online.limit_unit, online.fee_status) == (
        "online",
        1,
        "working_days",
        "free",
    )
    assert [(fee.amount, fee.currency, fee.unit) for fee in counter.fees.all()] == [(8000, "VND", "bản")]
    papers = version.cases.get().papers.all()
    assert [(paper.name, paper.form, paper.originals, paper.copies) for paper in papers] == [
        ("Tờ khai", "Mau 1.docx", 1, 0),
        ("Giấy chứng sinh", "", 0, 1),
    ]
    event = Event.objects.get()
    assert (event.stream, event.kind) == ("procedure:1.000001", "procedure.catalogue_imported")


def test_the_same_record_again_changes_nothing():
    run(line(), line("1.000002"))
    report = run(line(), line("1.000002"))

    assert (report.created, report.changed, report.unchanged) == (0, 0, 2)
    assert ProcedureVersion.objects.count() == 2
    assert Event.objects.count() == 2


def test_a_changed_record_makes_a_new_current_version_and_keeps_the_old_one():
    run(line())
    report = run(line(ten_thu_tuc="Đăng ký khai sinh (sửa đổi)"))

    assert (report.created, report.changed) == (0, 1)
    procedure = Procedure.objects.get()
    assert [version.number for version in procedure.versions.order_by("number")] == [1, 2]
    assert procedure.current_version == procedure.versions.get(number=2)
    assert SearchEntry.objects.get().name == "Đăng ký khai sinh (sửa đổi)"


def test_a_dry_run_tells_and_changes_nothing():
    told: list[dict[str, Any]] = []
    report = run(line(), dry_run=True, tell=told.append)

    assert report.created == 1
    assert not Procedure.objects.exists()
    assert told[0]["code"] == "1.000001"
    assert told[0]["papers"] == 2
    assert told[0]["channels"][0] == {
        "channel": "online",
        "limit": {"value": 1, "unit": "working_days"},
        "limit_status": "parsed",
        "fee_status": "free",
    }


def test_bad_lines_are_told_and_the_others_go_in():
    report = run("{", line(), "", line(), line("1.000002"))

    assert report.created == 2
    assert [number for number, _reason in report.unreadable] == [1, 4]


def test_a_batch_takes_few_statements_whatever_its_size(django_assert_max_num_queries: Any):
    lines = [line(f"1.{number:06}") for number in range(60)]
    with django_assert_max_num_queries(16):
        run(*lines)


def test_progress_counts_every_line():
    done: list[int] = []
    run(*(line(f"1.{number:06}") for number in range(250)), dry_run=True, progress=done.append)

    assert done == [100, 100, 50]


def test_a_changed_record_never_replaces_a_package():
    run(line())
    procedure = Procedure.objects.get()
    package = ProcedureVersion.objects.create(
        procedure=procedure,
        number=2,
        source=Source.PACKAGE,
        digest="0" * 64,
        name="Gói",
        created_at=AT,
        form={},
        process={},
    )
    procedure.current_version = package
    procedure.save()
    run(line(ten_thu_tuc="Đổi tên"))

    procedure.refresh_from_db()
    assert procedure.current_version == package
    assert procedure.versions.count() == 3
    assert run(line(ten_thu_tuc="Đổi tên")).unchanged == 1


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("torn.jsonl.gz", gzip.compress(line().encode())[:-9], "cannot be read"),
        ("not.jsonl.gz", b"\x1f\x8b{}", "cannot be read"),
        ("empty.jsonl.gz", gzip.compress(b""), "is empty"),
        ("latin.jsonl", '{"ma_thu_tuc": "Đ"}'.encode("utf-16"), "cannot be read as UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path, name: str, content: bytes, message: str):
    (tmp_path / name).write_bytes(content)
    done = CliRunner().invoke(import_catalogue, [str(tmp_path / name)])
    assert (done.exit_code, Procedure.objects.count()) == (1, 0)
    assert message in done.output


def test_what_is_compressed_is_seen_from_its_content_and_a_line_without_end_is_told(tmp_path: Path):
    endless = b'{"ma_thu_tuc": "' + b"9" * 3_000_000 + b'"}\n'
    stray = json.dumps({"ma_thu_tuc": "1.1", "ten_thu_tuc": "M", "\x00": "x"}).encode()
    (tmp_path / "records").write_bytes(gzip.compress(endless + stray + b"\n" + line().encode()))
    done = CliRunner().invoke(import_catalogue, [str(tmp_path / "records")], catch_exceptions=False)
    assert (done.exit_code, Procedure.objects.count()) == (1, 1)
    assert "line 1: longer than" in done.output
    assert "line 2: \\x00 is too long or has characters that are no text" in done.output


def test_the_report_never_overwrites_what_it_reports(tmp_path: Path):
    records = tmp_path / "records.jsonl"
    records.write_text(line())
    done = CliRunner().invoke(import_catalogue, [str(records), "--report", str(tmp_path / "." / "records.jsonl")])
    assert (done.exit_code, Procedure.objects.count(), records.read_text()) == (1, 0, line())


def test_the_command_reads_past_a_byte_order_mark_and_writes_its_report(tmp_path: Path):
    (tmp_path / "records.jsonl").write_text(line(), encoding="utf-8-sig")
    asked = [str(tmp_path / "records.jsonl"), "--dry-run", "--report"]
    done = CliRunner().invoke(import_catalogue, [*asked, str(tmp_path / "report.json")], catch_exceptions=False)
    assert (done.exit_code, Procedure.objects.count()) == (0, 0)
    (record,) = json.loads((tmp_path / "report.json").read_text())["records"]
    assert record == {
        "code": "1.000001",
        "channels": [
            {
                "channel": "online",
                "limit": {"value": 1, "unit": "working_days"},
                "limit_status": "parsed",
                "fee_status": "free",
            },
            {
                "channel": "counter",
                "limit": {"value": 2, "unit": "days"},
                "limit_status": "parsed",
                "fee_status": "parsed",
            },
        ],
        "papers": 2,
        "not_understood": [],
    }
    nowhere = CliRunner().invoke(import_catalogue, [*asked, str(tmp_path / "missing" / "report.json")])
    assert nowhere.exit_code == 1
    assert "The report cannot be written" in nowhere.output
