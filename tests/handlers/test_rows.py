"""How a message about several rows of a plan is taken apart."""

import pytest

from handlers.rows import Order, orders

KNOWN = {"1.2", "1.3", "4.1.b", "7.4", "r1", "pl2.ii.7", "4"}


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("1.2 đến 31/1/2023", [Order(("1.2",), "đến 31/1/2023")]),
        ("1.2: 31/1/2023", [Order(("1.2",), "31/1/2023")]),
        ("dòng 4.1.b giao Văn phòng", [Order(("4.1.b",), "giao Văn phòng")]),
        ("bỏ 7.4", [Order(("7.4",), "", drop=True)]),
        ("bỏ dòng 7.4, 1.2", [Order(("7.4", "1.2"), "", drop=True)]),
        ("1.2, 1.3 và 7.4 năm 2023", [Order(("1.2", "1.3", "7.4"), "năm 2023")]),
        (
            "1.2 đến 31/1/2023, 4.1.b giao Văn phòng, bỏ 7.4",
            [Order(("1.2",), "đến 31/1/2023"), Order(("4.1.b",), "giao Văn phòng"), Order(("7.4",), "", drop=True)],
        ),
        (
            "1.2 đến 15/6 và 15/12; 1.3 cả năm\nKH1 bỏ 7.4",
            [Order(("1.2",), "đến 15/6 và 15/12"), Order(("1.3",), "cả năm"), Order(("7.4",), "", drop=True)],
        ),
        ("1.2 tháng 3, 4", [Order(("1.2",), "tháng 3, 4")]),
        ("1.2 giao Phòng Kế hoạch, Tài chính", [Order(("1.2",), "giao Phòng Kế hoạch, Tài chính")]),
        ("R1 ngày 25/3", [Order(("R1",), "ngày 25/3")]),
        ("PL2.II.7 chưa có hạn", [Order(("PL2.II.7",), "chưa có hạn")]),
        ("9.9 đến 30/6", [Order(("9.9",), "đến 30/6")]),
        ("năm 2023", [Order((), "năm 2023")]),
        ("2023", [Order((), "2023")]),
        ("30/6", [Order((), "30/6")]),
        ("15/6 và 15/12", [Order((), "15/6 và 15/12")]),
        ("phòng quản lý du lịch", [Order((), "phòng quản lý du lịch")]),
        ("", []),
    ],
)
def test_orders(words: str, wanted: list[Order]) -> None:
    assert orders(words, KNOWN) == wanted
