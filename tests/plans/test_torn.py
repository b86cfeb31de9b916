"""Rows that line ends and page ends tear, cells written once for a block, headings without a number, coded numbers."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook

from plans import Draft, reader
from tests.plans.as_docx import as_docx
from tests.plans.as_xlsx import as_xlsx, saved

HEADER = "TT\tNội dung\tThời gian\tChủ trì\tPhối hợp"


def read(*lines: str, header: str = HEADER) -> Draft:
    return reader.read("\n".join(("Kế hoạch công tác năm 2023", "", header, *lines)).encode(), "x")


def told(draft: Draft) -> list[tuple[str, str, str | None, tuple[str, ...]]]:
    return [(task.ref, task.title, task.phrase, task.lead) for task in draft.tasks]


def kinds(draft: Draft) -> list[tuple[str, str]]:
    return [(fault.kind, fault.no) for fault in draft.faults]


def test_a_line_end_inside_a_cell_makes_no_row() -> None:
    draft = read(
        "1\tKiểm kê kho vật tư tại xã",
        "Tân Hòa và hai cụm dân cư",
        "ven sông\tQuý I\tVăn phòng",
        "huyện\tPhòng Nội vụ",
        "2\tSửa kho\tQuý II\tVăn phòng\tTrạm Y tế các",
        "xã, phường",
        "3\tBàn giao kho\tQuý III\tVăn phòng\t",
    )
    assert told(draft) == [
        ("1", "Kiểm kê kho vật tư tại xã Tân Hòa và hai cụm dân cư ven sông", "Quý I", ("Văn phòng huyện",)),
        ("2", "Sửa kho", "Quý II", ("Văn phòng",)),
        ("3", "Bàn giao kho", "Quý III", ("Văn phòng",)),
    ]
    assert draft.tasks[1].coordinating == ("Trạm Y tế các xã, phường",)
    assert draft.faults == ()


def test_cells_copied_from_a_spreadsheet_lose_their_quotation_marks() -> None:
    draft = read('1\t"Kiểm kê ""kho lớn""\nvà kho nhỏ"\tQuý I\tVăn phòng\tThanh tra')
    assert told(draft) == [("1", 'Kiểm kê "kho lớn" và kho nhỏ', "Quý I", ("Văn phòng",))]


def test_a_header_with_a_line_end_in_a_cell() -> None:
    draft = read("1\tKiểm kê kho\tQuý I\tVăn phòng\t", header="TT\tNội dung\tThời gian\nthực hiện\tChủ trì\tPhối hợp")
    assert told(draft) == [("1", "Kiểm kê kho", "Quý I", ("Văn phòng",))]


def test_short_rows_and_lines_between_rows_stay_what_they_are() -> None:
    draft = read("1\tKiểm kê kho\tQuý I\tVăn phòng", "II. Việc cuối năm", "2\tSửa kho\tQuý II\tVăn phòng\tThanh tra")
    assert told(draft) == [("1", "Kiểm kê kho", "Quý I", ("Văn phòng",)), ("2", "Sửa kho", "Quý II", ("Văn phòng",))]


@pytest.mark.parametrize(
    ("above", "rest", "title", "phrase"),
    [
        (
            "Kết nối với Cổng dịch vụ;\tĐến hết tháng\tVăn phòng\tTrung tâm Công",
            "100% hồ sơ được xử lý\t9/2023\t\tnghệ",
            "Kết nối với Cổng dịch vụ; 100% hồ sơ được xử lý",
            "Đến hết tháng 9/2023",
        ),
        (
            "Hệ thống hóa văn bản của hai xã\tTrong quý\tVăn phòng\tSở Tư pháp",
            "(Tân Hòa, Bình An)\tII/2023\t\t",
            "Hệ thống hóa văn bản của hai xã (Tân Hòa, Bình An)",
            "Trong quý II/2023",
        ),
    ],
)
def test_the_rest_of_a_row_at_the_top_of_a_page(above: str, rest: str, title: str, phrase: str) -> None:
    draft = read(f"1\t{above}", "", "4", "", HEADER, f"\t{rest}", "2\tSửa kho\tQuý IV\tVăn phòng\t")
    assert told(draft)[0] == ("1", title, phrase, ("Văn phòng",))
    assert [task.ref for task in draft.tasks] == ["1", "2"]


def test_a_column_before_the_titles_is_written_once_for_a_block() -> None:
    header = "TT\tĐơn vị chủ trì\tNội dung\tThời hạn"
    rows = ["1\tVăn phòng\tKiểm kê kho\tQuý I", "2\t\tSửa kho\tQuý II", "3\tThanh tra\tBàn giao kho\tQuý III"]
    assert [task.lead for task in read(*rows, header=header).tasks] == [("Văn phòng",), ("Văn phòng",), ("Thanh tra",)]
    # Where the column repeats itself nothing is merged, and an empty cell is missing.
    repeated = read(*rows, "4\tThanh tra\tLưu kho\tQuý III", "5\t\tKhóa kho\tQuý IV", header=header)
    assert [task.lead for task in repeated.tasks][1::3] == [(), ()]
    assert kinds(repeated) == [("lead_missing", "2"), ("lead_missing", "5")]


def test_a_time_written_once_for_a_block_is_asked_about_in_the_rows_that_leave_it_empty() -> None:
    header = "TT\tThời hạn\tNội dung\tChủ trì"
    rows = ["1\tQuý I\tKiểm kê kho\tVăn phòng", "2\t\tSửa kho\tVăn phòng", "3\tQuý IV\tBàn giao kho\tThanh tra"]
    tasks = read(*rows, header=header).tasks
    assert [(task.phrase, [doubt.code for doubt in task.doubts]) for task in tasks] == [
        ("Quý I", []),
        ("Quý I", ["unsure"]),
        ("Quý IV", []),
    ]
    assert tasks[1].doubts[0].dates == tasks[1].due


@pytest.mark.parametrize("form", [as_docx, as_xlsx])
def test_an_empty_cell_is_missing_where_the_file_tells_which_cells_are_merged(form: Callable[[str], bytes]) -> None:
    rows = (
        "TT\tĐơn vị chủ trì\tThời hạn\tNội dung",
        "1\tVăn phòng\tQuý I\tKiểm kê kho",
        "2\t\t\tSửa kho",
        "3\tThanh tra\tQuý IV\tBàn giao kho",
    )
    draft = reader.read(form("\n".join(("Kế hoạch công tác năm 2023", "", *rows))), "x")
    assert [(task.phrase, task.lead) for task in draft.tasks][1] == (None, ())
    assert kinds(draft) == [("lead_missing", "2"), ("time_missing", "2")]


def test_a_block_ends_at_a_heading() -> None:
    rows = ["I\t\tViệc đầu năm\t", "1\tVăn phòng\tKiểm kê kho\tQuý I", "II\t\tViệc cuối năm\t", "2\t\tSửa kho\tQuý II"]
    draft = read(*rows, header="TT\tĐơn vị chủ trì\tNội dung\tThời hạn")
    assert [task.lead for task in draft.tasks] == [("Văn phòng",), ()]


@pytest.mark.parametrize("again", ["", "A. Thể chế"])
def test_a_column_of_fields_before_the_titles_heads_them(again: str) -> None:
    draft = read(
        "A. Thể chế\t1\tSửa quy chế\tQuý I\tVăn phòng",
        f"{again}\t2\tBan hành quy trình\tQuý II\tThanh tra",
        f"{again}\t3\tRà soát thủ tục\tQuý III\tVăn phòng",
        "B. Hạ tầng\t4\tNâng cấp máy chủ\tQuý III\tVăn phòng",
        f"{again and 'B. Hạ tầng'}\t5\tThuê đường truyền\tQuý IV\tThanh tra",
        header="Nhóm nhiệm vụ\tSTT\tNhiệm vụ\tThời gian\tChủ trì",
    )
    assert [(task.ref, task.title) for task in draft.tasks][::3] == [("1", "Sửa quy chế"), ("4", "Nâng cấp máy chủ")]
    assert draft.groups == (("A", "Thể chế"), ("B", "Hạ tầng"))
    assert len(draft.tasks) == 5


def test_a_column_of_fields_without_numbers_tells_the_rows_apart() -> None:
    draft = read(
        "Đất đai\t1\tĐo đạc\tQuý I\tVăn phòng",
        "\t2\tCắm mốc\tQuý II\tVăn phòng",
        "\t3\tLập bản đồ\tQuý II\tVăn phòng",
        "Môi trường\t1\tThu gom rác\tQuý III\tVăn phòng",
        "\t2\tTrồng cây\tQuý IV\tVăn phòng",
        header="Lĩnh vực\tSTT\tCông việc\tThời gian\tChủ trì",
    )
    assert [task.ref for task in draft.tasks] == ["I.1", "I.2", "I.3", "II.1", "II.2"]
    assert draft.groups == (("I", "Đất đai"), ("II", "Môi trường"))


def test_a_remark_between_two_rows_is_no_task_and_makes_none_a_heading() -> None:
    draft = read(
        "1\tKiểm kê kho\tQuý I\tVăn phòng\t",
        "\tNhiệm vụ này đã rút khỏi danh mục\t\t\t",
        "2\tSửa kho\tQuý II\tVăn phòng\t",
        "\tKHO MỚI\t\t\t",
        "3\tXây kho\tQuý III\tVăn phòng\t",
    )
    assert [task.ref for task in draft.tasks] == ["1", "2", "3"]
    assert draft.groups == ()


def test_numbers_with_a_letter_before_them() -> None:
    draft = read(
        "A\tKho lớn\t\t\t",
        "A1\tKiểm kê\tQuý I\tVăn phòng\t",
        "A2\tSửa mái\tQuý II\tVăn phòng\t",
        "B\tKho nhỏ\t\t\t",
        "B1\tKiểm kê\tQuý III\tVăn phòng\t",
        "B3\tSửa cửa\tQuý IV\tVăn phòng\t",
    )
    assert [task.ref for task in draft.tasks] == ["A1", "A2", "B1", "B3"]
    assert draft.groups == (("A", "Kho lớn"), ("B", "Kho nhỏ"))
    assert kinds(draft) == [("number_skipped", "B2")]


@pytest.mark.parametrize(
    ("cells", "phrase", "due"),
    [
        ("01/3/2023\t15/3/2023", "01/3/2023 - 15/3/2023", ["2023-03-15"]),
        ("Tháng 4/2023\t", "từ Tháng 4/2023", []),
        ("Từ quý II\t", "Từ quý II", []),
        ("Thường xuyên\t", "Thường xuyên", []),
        ("01/3/2023\t", None, []),
    ],
)
def test_columns_of_beginning_and_end(cells: str, phrase: str | None, due: list[str]) -> None:
    header = "TT\tNội dung\tChủ trì\tThời gian\t\n\t\t\tBắt đầu\tKết thúc"
    task = read(f"1\tSửa kho\tVăn phòng\t{cells}", header=header).tasks[0]
    assert (task.phrase, [str(day) for day in task.due]) == (phrase, due)
    assert [doubt.code for doubt in task.doubts] == (["no_end"] if (phrase or "").lower().startswith("từ") else [])


def test_an_annex_that_goes_on_with_the_numbers_of_the_table_before() -> None:
    one, two = (f"{HEADER}\n{n}\tKiểm kê kho\tQuý I\tVăn phòng\t" for n in (1, 2))
    heads = ("Kế hoạch công tác năm 2023", one, "PHỤ LỤC II")
    assert [task.ref for task in reader.read("\n\n".join((*heads, two)).encode(), "x").tasks] == ["1", "2"]
    apart = reader.read("\n\n".join((*heads, two.replace("2\tKiểm", "9\tKiểm"))).encode(), "x")
    assert [task.ref for task in apart.tasks] == ["1", "PL2.9"]


def test_a_last_day_before_a_day_off_is_asked_about_only_where_it_is_off_too() -> None:
    sunday, monday = (read(f"1\tSửa kho\tTrước ngày {day}\tVăn phòng\t") for day in ("30/7/2023", "31/7/2023"))
    assert kinds(sunday) == [("due_on_day_off", "1")]
    assert kinds(monday) == []


def test_a_row_that_is_a_month_is_the_time_of_the_rows_below() -> None:
    draft = read(
        "\tTHÁNG 01/2023\t\t\t",
        "1\tKiểm kê kho\t\tVăn phòng\t",
        "\tQUÝ II\t\t\t",
        "2\tSửa kho\t\tThanh tra\t",
        "3\tSơn kho\t15/5/2023\tThanh tra\t",
    )
    assert told(draft) == [
        ("1", "Kiểm kê kho", "THÁNG 01/2023", ("Văn phòng",)),
        ("2", "Sửa kho", "QUÝ II", ("Thanh tra",)),
        ("3", "Sơn kho", "15/5/2023", ("Thanh tra",)),
    ]
    numbered = read(
        "I\tTháng 3/2023\t\t\t", "1\tKiểm kê\t\tVăn phòng\t", "II\tViệc khác\t\t\t", "2\tSửa\t\tVăn phòng\t"
    )
    assert [task.phrase for task in numbered.tasks] == ["Tháng 3/2023", None]


def test_a_heading_ends_the_month_above_it() -> None:
    draft = read(
        "\tTHÁNG 01/2023\t\t\t",
        "1\tKiểm kê kho\t\tVăn phòng\t",
        "\tVIỆC THƯỜNG XUYÊN\t\t\t",
        "2\tTrực kho\t\tVăn phòng\t",
        "3\tQuét kho\t\tThanh tra\t",
    )
    assert [task.phrase for task in draft.tasks] == ["THÁNG 01/2023", None, None]
    assert kinds(draft) == [("time_missing", "2"), ("time_missing", "3")]


WEEK = "Thời gian\tNội dung\tChủ trì"


def test_the_day_of_a_row_goes_to_the_hours_below_it_up_to_the_next_heading() -> None:
    draft = read(
        "Thứ Sáu, 02/6\t\t",
        "8h00\tHọp giao ban\tVăn phòng",
        "\tChiều\t",
        "14 giờ\tTiếp dân\tThanh tra",
        "Thường xuyên\tTrực kho\tVăn phòng",
        "\tVIỆC KHÁC\t",
        "Thường xuyên\tQuét kho\tVăn phòng",
        "9h00\tSửa kho\tVăn phòng",
        header=WEEK,
    )
    assert [(task.title, task.phrase, [str(day) for day in task.due]) for task in draft.tasks] == [
        ("Họp giao ban", "8h00 Thứ Sáu, 02/6", ["2023-06-02"]),
        ("Tiếp dân", "14 giờ Thứ Sáu, 02/6", ["2023-06-02"]),
        ("Trực kho", "Thường xuyên", []),
        ("Quét kho", "Thường xuyên", []),
        ("Sửa kho", "9h00", []),
    ]
    assert [title for _, title in draft.groups] == ["Chiều", "VIỆC KHÁC"]


def test_a_day_in_its_own_column() -> None:
    draft = read(
        "Thứ Hai, 05/6\t8h00\tHọp giao ban\tVăn phòng",
        "\t14h00\tTiếp dân\tThanh tra",
        "\t\tVIỆC KHÁC\t",
        "\tHằng ngày\tTrực kho\tVăn phòng",
        "Thứ Ba, 06/6\t\tKhảo sát kho\t",
        header=f"Thứ, ngày\t{WEEK}",
    )
    assert [(task.title, task.phrase) for task in draft.tasks] == [
        ("Họp giao ban", "8h00 Thứ Hai, 05/6"),
        ("Tiếp dân", "14h00 Thứ Hai, 05/6"),
        ("Trực kho", "Hằng ngày"),
        ("Khảo sát kho", "Thứ Ba, 06/6"),
    ]


@pytest.mark.parametrize(
    ("header", "cells", "phrase", "due"),
    [
        ("Từ tháng\tĐến tháng", "4\t10", "Tháng 4 - Tháng 10", ["2023-10-31"]),
        ("Từ tháng\tĐến tháng", "9\t9", "Tháng 9", ["2023-09-30"]),
        ("Quý\tGhi chú", "II\t", "Quý II", ["2023-06-30"]),
    ],
)
def test_columns_of_bare_months_and_quarters(header: str, cells: str, phrase: str, due: list[str]) -> None:
    task = read(f"01\tSửa kho\tVăn phòng\t{cells}", header=f"TT\tNội dung\tChủ trì\t{header}").tasks[0]
    assert (task.phrase, [str(day) for day in task.due]) == (phrase, due)


def test_a_footnote_below_the_last_row_is_no_task() -> None:
    draft = read("1\tKiểm kê kho\tQuý I\tVăn phòng\t", "\t(*) Kinh phí từ nguồn được giao\t\t\t")
    assert [task.ref for task in draft.tasks] == ["1"]


def test_short_words_for_leading_and_helping_in_one_cell() -> None:
    header = "TT\tNội dung\tThời gian\tPhân công thực hiện"
    task = read('1\tKiểm kê kho\tQuý I\t"CT: Phòng Nội vụ\nPH: Thanh tra"', header=header).tasks[0]
    assert (task.lead, task.coordinating) == (("Phòng Nội vụ",), ("Thanh tra",))


def test_a_small_table_for_each_task_with_labels_down_its_side() -> None:
    def one(n: int, title: str, when: str) -> str:
        rows = (f"Nhiệm vụ {n}\t{title}", "Đơn vị chủ trì\tVăn phòng", "Sản phẩm\tBáo cáo", f"Thời hạn\t{when}")
        return "\n".join(rows)

    papers = ("Kế hoạch công tác năm 2023", one(1, "Kiểm kê kho", "Quý I"), "----", one(2, "Sửa kho", ""))
    draft = reader.read("\n\n".join(papers).encode(), "x")
    assert told(draft) == [
        ("1", "Kiểm kê kho", "Quý I", ("Văn phòng",)),
        ("2", "Sửa kho", None, ("Văn phòng",)),
    ]
    assert kinds(draft) == [("time_missing", "2")]


def test_a_time_written_across_the_columns_of_beginning_and_end_is_no_beginning() -> None:
    book = Workbook()
    sheet: Any = book.active
    sheet.append(["Kế hoạch công tác năm 2026"])
    sheet.append(["TT", "Nội dung", "Chủ trì", "Bắt đầu", "Kết thúc"])
    sheet.append([1, "Sửa kho", "Văn phòng", "Tháng 4/2026", None])
    sheet.append([2, "Sơn kho", "Văn phòng", "Tháng 5/2026", None])
    sheet.merge_cells("D3:E3")
    across, begun = reader.read(saved(book), "x").tasks
    assert (across.phrase, across.due, across.doubts) == ("Tháng 4/2026", (date(2026, 4, 30),), ())
    assert (begun.phrase, begun.due, [doubt.code for doubt in begun.doubts]) == ("từ Tháng 5/2026", (), ["no_end"])
