"""What «giao» says, word by word; and that no words break the reading."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import orders
from handlers.orders import Order
from lang.fold import fold

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


@given(st.text())
def test_no_words_raise(words: str) -> None:
    for line in orders.lines(words):
        read(line)
        read(f"QLVH: {line}")
