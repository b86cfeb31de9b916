"""What «giao» says, word by word; and that no words break the reading."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import orders
from handlers.orders import Order
from lang.fold import fold
from lang.workdays import national

UNITS = {"qlvh", "tcpc", "phong quan ly van hoa", "ttvh", "bt"}


def known(words: str) -> bool:
    return fold(words) in UNITS


def read(words: str) -> Order | None:
    return orders.order(words, known)


@pytest.mark.parametrize(
    ("words", "order"),
    [
        ("QLVH: báo cáo lễ hội trước thứ sáu", Order("QLVH", "báo cáo lễ hội", "trước thứ sáu")),
        ("qlvh bao cao le hoi truoc 15/6", Order("qlvh", "bao cao le hoi", "truoc 15/6")),
        ("cho QLVH: in tài liệu trước 16h hôm nay", Order("QLVH", "in tài liệu", "trước 16h hôm nay")),
        ("QLVH, TCPC: rà soát, gửi Sở 17h ngày 15/4", Order("QLVH, TCPC", "rà soát, gửi Sở", "17h ngày 15/4")),
        ("QLVH: soạn tờ trình, nộp trước 17:30 ngày 15/6", Order("QLVH", "soạn tờ trình", "trước 17:30 ngày 15/6")),
        ("QLVH: kết quả đến tháng 5 trước 20/6", Order("QLVH", "kết quả đến tháng 5", "trước 20/6")),
        ("QLVH: số liệu 87,5% hàng quý trước ngày 20", Order("QLVH", "số liệu 87,5%", "hàng quý trước ngày 20")),
        ("QLVH: báo cáo thứ 6 hàng tuần", Order("QLVH", "báo cáo", "thứ 6 hàng tuần")),
        ("QLVH: họp chiều thứ 2, thứ 5 hằng tuần", Order("QLVH", "họp", "chiều thứ 2, thứ 5 hằng tuần")),
        ("QLVH: trực từ thứ 2 đến thứ 6 hàng tuần", Order("QLVH", "trực", "từ thứ 2 đến thứ 6 hàng tuần")),
        ("QLVH: báo cáo hàng tuần, chậm nhất thứ Năm", Order("QLVH", "báo cáo", "hàng tuần, chậm nhất thứ Năm")),
        ("QLVH: báo cáo 2 tuần một lần vào thứ 3", Order("QLVH", "báo cáo", "2 tuần một lần vào thứ 3")),
        ("QLVH: số liệu hàng tháng, trước ngày 20", Order("QLVH", "số liệu", "hàng tháng, trước ngày 20")),
        ("QLVH: dọn kho trong 3 ngày làm việc", Order("QLVH", "dọn kho", "trong 3 ngày làm việc")),
        ("QLVH: báo cáo lễ hội", Order("QLVH", "báo cáo lễ hội")),
        ("QLVH: chuẩn bị trước khi họp", Order("QLVH", "chuẩn bị trước khi họp")),
        ("QLVH: họp thứ sáu", Order("QLVH", "họp", hint="thứ sáu")),
        ("QLVH: báo cáo, 15/6", Order("QLVH", "báo cáo", hint="15/6")),
        ("QLVH: soạn báo cáo.\nHạn: 15/6\nSản phẩm: báo cáo", Order("QLVH", "soạn báo cáo", "15/6", product="báo cáo")),
        (
            "QLVH: báo cáo lễ hội, sản phẩm: tờ trình, phối hợp: TTVH, BT, trước 15/6",
            Order("QLVH", "báo cáo lễ hội", "trước 15/6", product="tờ trình", helpers="TTVH, BT"),
        ),
        ("QLVH: báo cáo trước 15/6, phối hợp TTVH", Order("QLVH", "báo cáo", "trước 15/6", helpers="TTVH")),
        (
            "QLVH: báo cáo, phối hợp với BT, TTVH, trước 15/6",
            Order("QLVH", "báo cáo", "trước 15/6", helpers="BT, TTVH"),
        ),
        ("QLVH: báo cáo, phối hợp TTVH trước 15/6", Order("QLVH", "báo cáo", "trước 15/6", helpers="TTVH")),
        ("QLVH: phối hợp TTVH trước 15/6", Order("QLVH", "phối hợp TTVH", "trước 15/6")),
        (
            "QLVH: rà soát, phối hợp TTVH đi cơ sở trước 15/6",
            Order("QLVH", "rà soát, phối hợp TTVH đi cơ sở", "trước 15/6"),
        ),
        (
            "QLVH: trả lời UBND tỉnh theo CV 123/UBND-VX hạn 20/6, trước 15/6",
            Order("QLVH", "trả lời UBND tỉnh", "trước 15/6", grounds="CV 123/UBND-VX", superior="hạn 20/6"),
        ),
        (
            "QLVH: theo CV 123/UBND-VX ngày 01/6/2023 của UBND tỉnh, hạn 20/6, soạn văn bản trả lời, trước 15/6",
            Order(
                "QLVH",
                "soạn văn bản trả lời",
                "trước 15/6",
                grounds="CV 123/UBND-VX ngày 01/6/2023 của UBND tỉnh",
                superior="hạn 20/6",
            ),
        ),
    ],
)
def test_one_order(words: str, order: Order) -> None:
    assert read(words) == order


def test_who_is_to_do_it_must_be_said() -> None:
    assert read("báo cáo lễ hội trước 15/6") is None


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("1. QLVH: a trước 15/6; 2. TCPC: b trước 16/6", ["QLVH: a trước 15/6", "TCPC: b trước 16/6"]),
        ("\n1. QLVH: a\n   hạn: 15/6\n2) BT b trước mai", ["QLVH: a\n   hạn: 15/6", "BT b trước mai"]),
        ("\n- QLVH: a trước 15/6\n- TCPC: b", ["QLVH: a trước 15/6", "TCPC: b"]),
        ("QLVH: a trước 15/6\nTCPC: b trước 16/6", ["QLVH: a trước 15/6", "TCPC: b trước 16/6"]),
        ("QLVH: a\nHạn: 15/6\nSản phẩm: báo cáo", ["QLVH: a\nHạn: 15/6\nSản phẩm: báo cáo"]),
    ],
)
def test_several(words: str, lines: list[str]) -> None:
    assert orders.lines(words) == lines


FRIDAY = datetime(2023, 6, 9, 9, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.mark.parametrize(
    ("words", "now", "first", "last", "n"),
    [
        ("hàng tuần trước thứ Sáu", FRIDAY, "2023-06-16", "2023-12-29", 29),
        ("hằng tuần vào thứ 2", FRIDAY, "2023-06-12", "2023-12-25", 29),
        ("thứ 6 hàng tuần", FRIDAY, "2023-06-09", "2023-12-29", 30),
        ("8h thứ 6 hàng tuần", FRIDAY, "2023-06-16", "2023-12-29", 29),
        ("16h thứ 6 hàng tuần", FRIDAY, "2023-06-09", "2023-12-29", 30),
        ("thứ 2, thứ 5 hàng tuần", FRIDAY, "2023-06-12", "2023-12-28", 58),
        ("mỗi quý trước ngày 20 tháng cuối quý", FRIDAY, "2023-06-20", "2023-12-20", 3),
        ("hàng tháng trước ngày 20", FRIDAY, "2023-06-20", "2023-12-20", 7),
        # On Sunday 19/11 the last good day before Monday 20/11 is past; at the end of a year it is the next one's turn.
        ("hàng tháng trước ngày 20", FRIDAY.replace(month=11, day=19), "2023-12-20", "2023-12-20", 1),
        ("thứ 6 hàng tuần", FRIDAY.replace(month=12, day=30), "2024-01-05", "2024-12-27", 52),
    ],
)
def test_what_repeats_falls_due_until_the_end_of_the_year(
    words: str, now: datetime, first: str, last: str, n: int
) -> None:
    due = orders.coming(words, now, national()).due
    assert (due[0].isoformat(), due[-1].isoformat(), len(due)) == (first, last, n)


@given(st.text())
def test_no_words_raise(words: str) -> None:
    for line in orders.lines(words):
        read(line)
        read(f"QLVH: {line}")
