"""Times and reports in the prose of a plan: several in one sentence, days that are none, who owes what."""

import pytest

from plans import Draft, reader


def read(*lines: str) -> Draft:
    return reader.read("\n\n".join(("Kế hoạch năm 2023", "III. TỔ CHỨC THỰC HIỆN", *lines)).encode(), "x")


@pytest.mark.parametrize(
    ("sentence", "kind", "due", "hour", "codes"),
    [
        (
            "rà soát trong 10 ngày kể từ ngày nhận sách, bàn giao trong 15 ngày kể từ ngày rà soát xong.",
            "relative",
            [],
            None,
            [],
        ),
        (
            "kiểm kê trong tháng 6; bàn giao trong 10 ngày kể từ ngày kiểm kê.",
            "date",
            ["2023-06-30"],
            None,
            ["unsure"],
        ),
        (
            "nộp sách trước 16h ngày 15/6; nộp sổ trước ngày 20/6.",
            "date",
            ["2023-06-15", "2023-06-20"],
            None,
            ["unsure"],
        ),
        (
            "nộp sách trước 16h ngày 15/6; nộp sổ trước 16h ngày 20/6.",
            "date",
            ["2023-06-15", "2023-06-20"],
            "16:00",
            [],
        ),
    ],
)
def test_two_times_in_one_sentence(
    sentence: str, kind: str, due: list[str], hour: str | None, codes: list[str]
) -> None:
    task = read(f"1. Thư viện tỉnh {sentence}").tasks[0]
    assert (task.kind, [str(day) for day in task.due]) == (kind, due)
    assert (task.hour and f"{task.hour:%H:%M}", [doubt.code for doubt in task.doubts]) == (hour, codes)
    assert {day for doubt in task.doubts for day in doubt.dates} == (set(task.due) if codes else set())


def test_a_report_on_a_day_that_no_calendar_has_is_asked_about() -> None:
    sentence = "- Các xã gửi báo cáo quý II (ngày 31/6), quý III (ngày 30/9) về Sở; năm nay (12/14 xã) có tủ sách."
    draft = read(sentence)
    assert [(report.title, [str(day) for day in report.due]) for report in draft.reports] == [
        ("Báo cáo quý II", []),
        ("Báo cáo quý III", ["2023-09-30"]),
    ]
    assert ("no_such_day", "R1") in [(fault.kind, fault.no) for fault in draft.faults]


@pytest.mark.parametrize(
    ("sentence", "senders"),
    [
        ("Các sở, ban, ngành gửi báo cáo quý I trước ngày 10/3 về Sở.", [("Các sở, ban, ngành",)]),
        ("Định kỳ trước ngày 25 hằng tháng UBND các xã, phường báo cáo về Sở.", [("UBND các xã, phường",)]),
        ("Các đơn vị, các ấp báo cáo năm trước ngày 10/12 gửi Sở.", [("Các đơn vị", "các ấp")]),
        (
            "Định kỳ trước ngày 20 hằng tháng, các phòng gửi báo cáo về Văn phòng; báo cáo năm gửi Sở Nội vụ trước "
            "ngày 05/12/2023.",
            [("các phòng",), ()],
        ),
        (
            "Các phòng báo cáo quý I trước ngày 05/3 về Văn phòng; Văn phòng tổng hợp, báo cáo năm gửi Sở Nội vụ trước "
            "ngày 05/12/2023.",
            [("Các phòng",), ("Văn phòng",)],
        ),
        (
            "Thanh tra đôn đốc các xã thực hiện; tổng hợp, báo cáo năm trước ngày 14/12/2023 gửi UBND tỉnh.",
            [("Thanh tra",)],
        ),
        ("Các xã báo cáo về Sở: quý III trước ngày 11/9; năm 2023 trước ngày 04/12/2023.", [("Các xã",), ("Các xã",)]),
    ],
)
def test_who_owes_a_report(sentence: str, senders: list[tuple[str, ...]]) -> None:
    draft = read(f"- {sentence}")
    assert [report.senders for report in draft.reports] == senders
    nobody = [f"R{n}" for n, told in enumerate(senders, 1) if not told]
    assert [fault.no for fault in draft.faults if fault.kind == "lead_missing"] == nobody


def test_two_papers_in_one_file_are_each_the_work_of_its_own_issuer() -> None:
    def paper(unit: str) -> tuple[str, ...]:
        work = "1. Kiểm kê kho sách của thư viện trong tháng 6."
        return f"A. ỦY BAN NHÂN DÂN {unit} — Số: 1/KH-UBND", "I. NHIỆM VỤ TRỌNG TÂM", work

    head = ("ỦY BAN NHÂN DÂN TỈNH BÌNH MINH\n\nSố: 9/KH-UBND", "KẾ HOẠCH\n\nPhát triển thư viện năm 2023")
    lines = (*head, *paper("XÃ BÌNH AN"), *paper("XÃ TÂN HÒA"))
    tasks = reader.read("\n\n".join(lines).encode(), "x").tasks
    assert [(task.ref, task.lead) for task in tasks] == [
        ("A.I.1", ("UBND xã Bình An",)),
        ("A.I.1", ("UBND xã Tân Hòa",)),
    ]


@pytest.mark.parametrize(("own", "gap"), [("c", ["II.1.b"]), ("b", []), ("g", [])])
def test_a_letter_left_out_among_the_points_of_the_prose(own: str, gap: list[str]) -> None:
    points = ("II. NHIỆM VỤ", "1. Văn hóa đọc", "a) Mở thêm tủ sách ở thôn.", f"{own}) Thay sách cũ ở các tủ sách.")
    draft = reader.read("\n\n".join(("Kế hoạch năm 2023", *points)).encode(), "x")
    assert [fault.no for fault in draft.faults if fault.kind == "number_skipped"] == gap
