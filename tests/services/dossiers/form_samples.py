"""Sample data of the seven official forms; every person is invented."""

from typing import Any

from motcua.engines.rendering.qr import qr_svg

APPLICANT = {
    "name": "Nguyễn Văn Mẫu",
    "identity_number": "001099000001",
    "address": "Thôn Nà Thử, xã Mẫu Sơn, tỉnh Mẫu Sơn",
    "phone": "0900000001",
    "email": "mau@example.org",
}
HEAD = {
    "superior": "Ủy ban nhân dân xã Mẫu Sơn",
    "agency": "Trung tâm Phục vụ hành chính công xã Mẫu Sơn",
    "number": "012/TTPVHCC",
    "place": "Mẫu Sơn",
    "code": "H99.16-260105-0012",
    "content": "Đăng ký khai sinh kết hợp đăng ký thường trú, cấp thẻ bảo hiểm y tế cho trẻ em dưới 6 tuổi",
    "applicant": APPLICANT,
}
QR = qr_svg("https://motcua.example/track/H99.16-260105-0012")

FORMS: dict[str, dict[str, Any]] = {
    "form_01_receipt.typ": HEAD
    | {
        "desk": "Quầy số 3, Trung tâm Phục vụ hành chính công xã Mẫu Sơn",
        "sets": 1,
        "limit": "05 ngày làm việc",
        "received_at": "08 giờ 05 phút, ngày 05/01/2026",
        "due_at": "08 giờ 05 phút, ngày 12/01/2026",
        "return_at": "Trung tâm Phục vụ hành chính công xã Mẫu Sơn",
        "register_book": "2026",
        "register_entry": "12",
        "submitter": "Nguyễn Văn Mẫu",
        "receiver": "Trần Thị Thử",
        "representative": {"name": "Lê Thị Ví Dụ", "identity_number": "001199000002"},
        "papers": [
            {"name": "Tờ khai đăng ký khai sinh", "form": "Bản chính", "copies": 1},
            {"name": "Giấy chứng sinh", "form": "Bản chính", "copies": 1},
            {"name": "Tờ khai thay đổi thông tin cư trú", "form": "Biểu mẫu điện tử", "copies": 1},
        ],
        "qr": QR,
    },
    "form_02_supplement.typ": HEAD
    | {
        "number": "003/PBS",
        "items": ["Giấy chứng sinh (bản chính)", "Văn bản đồng ý của chủ hộ về việc đăng ký thường trú"],
        "reason": "Giấy chứng sinh nộp kèm là bản chụp mờ, không đọc được ngày sinh.",
        "contact_name": "Trần Thị Thử",
        "contact_phone": "0900000002",
        "guide": "Trần Thị Thử",
        "qr": QR,
    },
    "form_03_refusal.typ": HEAD
    | {
        "number": "001/PTC",
        "code": "",
        "reason": "Thủ tục không thuộc thẩm quyền giải quyết của Ủy ban nhân dân xã Mẫu Sơn; đề nghị Ông/Bà "
        "nộp hồ sơ tại Trung tâm Phục vụ hành chính công tỉnh Mẫu Sơn.",
        "receiver": "Trần Thị Thử",
    },
    "form_04_apology.typ": HEAD
    | {
        "superior": None,
        "agency": "Ủy ban nhân dân xã Mẫu Sơn",
        "number": "002/PXL",
        "received_at": "05/01/2026",
        "old_due_at": "08 giờ 05 phút, ngày 12/01/2026",
        "new_due_at": "17 giờ 00 phút, ngày 15/01/2026",
        "reason": "cơ quan phối hợp chưa gửi kết quả xác minh cư trú.",
        "contact_phone": "0900000002",
        "authority": "TM. Ủy ban nhân dân",
        "signer_title": "Chủ tịch",
        "signer": "Phạm Văn Giả Định",
        "recipients": ["Như trên;", "Trung tâm Phục vụ hành chính công;", "Lưu: VT, hồ sơ."],
    },
    "form_05_stop.typ": HEAD
    | {
        "number": "001/TB-DGQ",
        "requested_at": "09 giờ 30 phút, ngày 07/01/2026",
        "stage": "Thẩm định hồ sơ tại Phòng Văn hóa - Xã hội",
        "stopped_at": "09 giờ 45 phút, ngày 07/01/2026",
        "reason": "Gia đình chuyển nơi cư trú.",
        "fees": "Không thu",
        "receiver": "Trần Thị Thử",
    },
    "form_06_control.typ": HEAD
    | {
        "number": "012/PKS",
        "resolving_unit": "Phòng Văn hóa - Xã hội xã Mẫu Sơn",
        "coordinating_units": ["Công an xã Mẫu Sơn", "Bảo hiểm xã hội cơ sở Mẫu Sơn"],
        "printed_at": "09:00 10/01/2026",
        "received_at": "08:05 05/01/2026",
        "due_at": "08:05 12/01/2026",
        "steps": [
            {
                "handed_by": "Trần Thị Thử (Bộ phận Một cửa)",
                "taken_by": "Lê Thị Ví Dụ (Phòng Văn hóa - Xã hội)",
                "at": "10:12 05/01/2026",
                "due_at": "17:00 05/01/2026",
                "outcome": "early",
                "note": "",
            },
            {
                "handed_by": "Lê Thị Ví Dụ (Phòng Văn hóa - Xã hội)",
                "taken_by": "Phạm Văn Giả Định (Chủ tịch)",
                "at": "15:40 09/01/2026",
                "due_at": "11:00 09/01/2026",
                "outcome": "late",
                "note": "Chờ kết quả xác minh",
            },
        ],
    },
    "form_07_register.typ": HEAD
    | {
        "number": "2026/STD",
        "field": "Hộ tịch",
        "period": "Từ ngày 01/01/2026 đến ngày 31/01/2026",
        "rows": [
            {
                "order": f"{order:02}",
                "code": f"H99.16-260105-{order:04}",
                "procedure": "Đăng ký khai sinh",
                "applicant": "Nguyễn Văn Mẫu",
                "address": "Thôn Nà Thử, xã Mẫu Sơn; 0900000001",
                "resolving_unit": "Phòng Văn hóa - Xã hội",
                "received_at": "08:05 05/01/2026",
                "received_by": "Phạm Thị Giả Định",
                "due_at": "08:05 12/01/2026",
                "decided_at": "09:30 09/01/2026",
                "returned_at": "10:00 12/01/2026" if order % 2 else "",
                "returned_by": "Phạm Thị Giả Định" if order % 2 else "",
                "delivery": "Tại quầy",
                "taken_by": "Nguyễn Văn Mẫu" if order % 2 else "",
                "note": "",
            }
            for order in range(1, 25)
        ],
    },
}
