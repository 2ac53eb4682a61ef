"""Invented people: names drawn from the words that Vietnamese names are made of, as repetitive as real ones."""

from itertools import accumulate
from random import Random

# Shares of surnames after the published frequencies; the rest are equally rare.
_COMMON = {"Nguyễn": 38, "Trần": 11, "Lê": 10, "Phạm": 7, "Hoàng": 5, "Phan": 5, "Vũ": 4, "Đặng": 2, "Bùi": 2, "Đỗ": 1}
_RARE = "Hồ Ngô Dương Lý Đào Đoàn Vương Trịnh Trương Đinh Lâm Phùng Mai Tô Hà Tạ Chu Quách Lương Nông".split()  # noqa: SIM905
SURNAMES = [*_COMMON, *_RARE]
_WEIGHTS = list(accumulate([*_COMMON.values(), *([0.7] * len(_RARE))]))
MIDDLE = "Văn Thị Hữu Đức Ngọc Minh Thanh Quang Xuân Thu Kim Bảo Gia Hoàng Đình Công Phương Hồng Mạnh Thùy".split()  # noqa: SIM905
GIVEN = (  # noqa: SIM905
    "An Anh Bình Chi Cường Dung Dũng Duyên Đạt Giang Hà Hải Hạnh Hằng Hiền Hiếu Hoa Hòa Hùng Hương Huy Khánh Lan Linh "
    "Loan Long Mai Minh Nam Nga Ngân Nhung Oanh Phong Phúc Phương Quân Quỳnh Sơn Tâm Thảo Thắng Thủy Trang Tuấn Yến"
).split()


def name(random: Random) -> str:
    """A full name."""
    (surname,) = random.choices(SURNAMES, cum_weights=_WEIGHTS)
    return f"{surname} {random.choice(MIDDLE)} {random.choice(GIVEN)}"
