"""Tables in text: columns by any name, torn rows, group rows, every row's full number, what the proof-reader says."""

import pytest

from plans import Draft, reader, table, xlsx
from plans.pages import Grid
from tests.plans.as_xlsx import as_xlsx

HEADER = "Stt\tNội dung\tĐơn vị chủ trì\tĐơn vị phối hợp\tSản phẩm\tThời gian"


def read(*lines: str, header: str = HEADER) -> Draft:
    return reader.read("\n".join(("Kế hoạch công tác năm 2023", "", header, *lines)).encode(), "x")


def refs(draft: Draft) -> list[str]:
    return [task.ref for task in draft.tasks]


def kinds(draft: Draft) -> list[tuple[str, str]]:
    return [(fault.kind, fault.no) for fault in draft.faults]


@pytest.mark.parametrize(
    "header",
    [
        HEADER,
        "TT\tNhiệm vụ, giải pháp\tCơ quan chủ trì\tCơ quan phối hợp\tKết quả đầu ra\tThời hạn hoàn thành",
        "STT\tTên nhiệm vụ\tChủ trì\tPhối hợp\tKết quả\tTiến độ",
        "Số TT\tCông việc\tĐơn vị thực hiện\tĐơn vị phối hợp\tSản phẩm đầu ra\tThời gian thực hiện",
        "TT\tNỘI DUNG CÔNG VIỆC\tBỘ PHẬN THỰC HIỆN\tPHỐI HỢP\tKẾT QUẢ CẦN ĐẠT\tHạn hoàn thành",
        "Stt\tNoi dung\tDon vi chu tri\tDon vi phoi hop\tSan pham\tThoi gian",
    ],
)
def test_columns_by_any_name(header: str) -> None:
    task = read("1\tLập danh sách\tVăn phòng\tThanh tra\tDanh sách\tQuý I", header=header).tasks[0]
    assert (task.title, task.lead, task.coordinating) == ("Lập danh sách", ("Văn phòng",), ("Thanh tra",))
    assert (task.product, task.phrase) == ("Danh sách", "Quý I")


def test_columns_in_another_order_and_columns_that_do_not_matter() -> None:
    header = "TT\tThời hạn\tGhi chú\tCông việc\tSố điện thoại\tChủ trì"
    task = read("1\tQuý I\txem thêm\tLập danh sách\t0912345678\tVăn phòng", header=header).tasks[0]
    assert (task.ref, task.phrase, task.title, task.lead) == ("1", "Quý I", "Lập danh sách", ("Văn phòng",))


def test_a_row_torn_by_a_page_end_is_one_row() -> None:
    draft = read(
        "1\tLập danh sách hộ gia đình được khen\tVăn\tPhòng Nội\tQuyết\tTrước ngày",
        "",
        "12",
        "",
        HEADER,
        "\tthưởng trong năm.\tphòng\tvụ\tđịnh\t15/6/2023",
        "2\tTrao thưởng\tVăn phòng\t\tBuổi lễ\tQuý III",
    )
    first = draft.tasks[0]
    assert first.title == "Lập danh sách hộ gia đình được khen thưởng trong năm."
    assert (first.lead, first.coordinating) == (("Văn phòng",), ("Phòng Nội vụ",))
    assert (first.product, first.phrase, first.strict) == ("Quyết định", "Trước ngày 15/6/2023", True)
    assert refs(draft) == ["1", "2"]
    assert draft.faults == ()


def test_a_table_that_goes_on_after_a_line_of_prose_keeps_its_columns() -> None:
    draft = read(
        "1\tViệc thứ nhất\tVăn phòng\t\t\tQuý I",
        "(Tiếp theo trang trước)",
        "2\tViệc thứ hai\tThanh tra\t\t\tQuý II",
    )
    assert [(task.ref, task.lead) for task in draft.tasks] == [("1", ("Văn phòng",)), ("2", ("Thanh tra",))]


def test_letters_run_in_vietnamese_order() -> None:
    rows = [f"{letter}\tViệc {letter}\tVăn phòng\t\t\tQuý I" for letter in "abcdđeghiklm"]
    draft = read("1\tNhóm việc\t\t\t\t", *rows)
    assert refs(draft) == [f"1.{letter}" for letter in "abcdđeghiklm"]
    assert draft.faults == ()


def test_letters_of_a_writer_who_uses_all_of_them() -> None:
    draft = read("1\tNhóm\t\t\t\t", *(f"{letter}\tViệc {letter}\tVăn phòng\t\t\tQuý I" for letter in "abcdefghij"))
    assert draft.faults == ()


def test_skipped_and_repeated_numbers() -> None:
    draft = read(
        "1\tNhóm việc\t\t\t\t",
        *(f"{no}\tViệc {no}\tVăn phòng\t\t\tQuý I" for no in ("1.1", "1.2", "1.5", "1.5")),
        "2\tNhóm khác\t\t\t\t",
        *(f"{no}\tViệc {no} khác\tVăn phòng\t\t\tQuý I" for no in "abd"),
    )
    assert set(kinds(draft)) == {
        ("number_skipped", "1.3"),
        ("number_skipped", "1.4"),
        ("number_repeated", "1.5"),
        ("number_skipped", "2.c"),
    }


def test_numbers_that_start_again_under_roman_headings_take_the_heading() -> None:
    draft = read(
        "I\tCông tác tổ chức\t\t\t\t",
        "1\tRà soát biên chế\tVăn phòng\t\t\tQuý I",
        "2\tTuyển dụng\tVăn phòng\t\t\tQuý II",
        "II\tCông tác tài chính\t\t\t\t",
        "1\tLập dự toán\tVăn phòng\t\t\tQuý I",
    )
    assert refs(draft) == ["I.1", "I.2", "II.1"]
    assert draft.faults == ()


def test_numbers_that_run_through_roman_headings_stand_alone() -> None:
    draft = read(
        "I\tCông tác tổ chức\t\t\t\t",
        "1\tRà soát biên chế\tVăn phòng\t\t\tQuý I",
        "II\tCông tác tài chính\t\t\t\t",
        "2\tLập dự toán\tVăn phòng\t\t\tQuý I",
    )
    assert refs(draft) == ["1", "2"]
    assert draft.faults == ()


def test_what_a_heading_states_once_its_rows_inherit() -> None:
    draft = read(
        "1\tĐại hội thể thao\tPhòng Thể thao\t\tKế hoạch\t30/8/2023",
        "1.1\tThành lập Ban Tổ chức\t\t\t\t",
        "1.2\tChuẩn bị sân bãi\tVăn phòng\t\t\tQuý II",
    )
    assert [(task.lead[0], task.product, task.phrase) for task in draft.tasks] == [
        ("Phòng Thể thao", "Kế hoạch", "30/8/2023"),
        ("Văn phòng", "Kế hoạch", "Quý II"),
    ]
    assert draft.groups == (("1", "Đại hội thể thao"),)


def test_two_annexes_keep_their_refs_apart() -> None:
    header, row = HEADER, "1\tViệc {}\tVăn phòng\t\t\tQuý I"
    draft = read(row.format("một"), "PHỤ LỤC II", "", header, row.format("hai"))
    assert len(set(refs(draft))) == 2
    assert refs(draft)[1] == "PL2.1"


def test_one_question_for_all_days_off_but_each_report_its_own() -> None:
    draft = read(
        "1\tViệc một\tVăn phòng\t\t\t01/5/2023",
        "2\tViệc hai\tVăn phòng\t\t\t30/4/2023",
        "3\tViệc ba\tVăn phòng\t\t\t05/5/2023",
        "",
        "Định kỳ các phòng báo cáo quý I (ngày 05/3), quý II (ngày 04/6) gửi Văn phòng.",
    )
    assert kinds(draft) == [("due_on_day_off", "1"), ("due_on_day_off", "R1"), ("due_on_day_off", "R2")]
    assert draft.faults[0].near == ("2",)
    assert [report.to for report in draft.reports] == ["Văn phòng", "Văn phòng"]


def test_a_due_date_before_the_signing() -> None:
    top = ("Số: 07/KH-VP", "Bình Minh, ngày 10 tháng 3 năm 2023", "KẾ HOẠCH", "Công tác năm 2023", "", HEADER)
    rows = ("1\tViệc một\tVăn phòng\t\t\tTháng 02/2023", "2\tViệc hai\tVăn phòng\t\t\t15/3/2023")
    text = "\n".join((*top, *rows))
    draft = reader.read(text.encode(), "x")
    assert (draft.number, str(draft.issued)) == ("07/KH-VP", "2023-03-10")
    assert kinds(draft) == [("due_before_signing", "1")]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("1\tNộp báo cáo\tVăn phòng\t\t\t31/6/2023", "no_such_day"),
        ("1\tNộp báo cáo\tVăn phòng\t\t\t29/02/2023", "no_such_day"),
        ("1\tNộp hồ sơ\tVăn phòng\t\t\tQuý II/2021", "year_mismatch"),
        ("1\tNộp hồ sơ\tVăn phòng\t\t\t", "time_missing"),
        ("1\tNộp hồ sơ\t\tVăn phòng\t\tQuý II", "lead_missing"),
        ("1\tNộp hồ sơ\tVăn phòng\tVăn phòng Sở và Thanh tra\t\tQuý II", "lead_also_coordinates"),
        ("1\tNộp hồ sơ\tVăn phòng; Thanh tra; Văn phòng\t\t\tQuý II", "lead_repeated"),
        ("1\tNộp hồ sơ\tChuyên viên phụ trách\t\t\tQuý II", "lead_not_unit"),
        ("1\tNộp hồ sơ\tVăn phòng\tNgười dân\t\tQuý II", "coordinator_not_unit"),
        ("1\tNộp hồ sơ\tVăn phòng\tThanh tra\tCác phòng\tQuý II", "columns_shifted"),
        ("1\tBáo cáo định kỳ\tVăn phòng\t\t\tHàng quý", "report_date_unclear"),
        ("1\tMở lớp\tVăn phòng\t\t\t03 đợt trong năm", "dates_unknown"),
    ],
)
def test_one_fault_and_no_other(row: str, kind: str) -> None:
    assert kinds(read(row)) == [(kind, "1")]


def test_the_same_target_in_two_rows() -> None:
    draft = read(
        "1\t100% hồ sơ được số hóa và lưu trữ điện tử\tVăn phòng\t\t\tQuý I",
        "2\tĐến hết năm, hoàn thành 100% hồ sơ được số hóa và lưu trữ điện tử\tVăn phòng\t\t\tQuý IV",
    )
    assert [(fault.kind, fault.no, fault.words) for fault in draft.faults] == [("same_target", "2", "1")]
    assert [(target.op, target.value) for target in draft.targets] == [("=", 100), ("=", 100)]


@pytest.mark.parametrize(
    ("title", "op", "value", "high"),
    [
        ("Đạt tối thiểu 90% hồ sơ", ">=", 90, None),
        ("Tỷ lệ hồ sơ đạt từ 95,5% trở lên", ">=", 95.5, None),
        ("Trên 80% số xã có nhà văn hóa", ">", 80, None),
        ("Không quá 5 % hồ sơ trễ hẹn", "<=", 5, None),
        ("Tỷ lệ nộp trực tuyến đạt từ 35-40%", "range", 35, 40),
        ("100% văn bản được ký số", "=", 100, None),
    ],
)
def test_targets(title: str, op: str, value: float, high: float | None) -> None:
    target = read(f"1\t{title}\tVăn phòng\t\t\tCả năm").targets[0]
    assert (target.op, target.value, target.value_max, target.section) == (op, value, high, "1")
    assert str(target.by) == "2023-12-31"


def test_another_table_without_a_known_header_is_not_taken_for_more_rows() -> None:
    draft = read(
        "1\tViệc thứ nhất\tVăn phòng\t\t\tQuý I",
        "5\tViệc thứ năm\tVăn phòng\t\t\tQuý I",
        "Bảng kinh phí",
        "Số\tLoại\tLượng\tGiá\tTiền\tNguồn",
        "1\tGiấy\t10\t5\t50\tTỉnh",
    )
    assert refs(draft) == ["1", "5"]


def test_sections_by_capital_letters() -> None:
    rows = [
        row
        for letter in "ABCD"
        for row in (f"{letter}\tPhần {letter}\t\t\t\t", f"1\tViệc của phần {letter}\tVăn phòng\t\t\tQuý I")
    ]
    assert refs(read(*rows)) == ["A.1", "B.1", "C.1", "D.1"]


def test_days_of_cited_papers_are_no_reporting_days() -> None:
    draft = read(
        "1\tViệc thứ nhất\tVăn phòng\t\t\tQuý I",
        "",
        "Căn cứ Báo cáo số 12/BC-VP báo cáo năm (ngày 15/12) của Sở;",
    )
    assert draft.reports == ()


@pytest.mark.parametrize(
    ("header", "row", "phrase"),
    [
        (
            "TT\tCông việc\tChủ trì\tBắt đầu\tKết thúc",
            "1\tMở lớp\tVăn phòng\t01/3/2023\t15/3/2023",
            "01/3/2023 - 15/3/2023",
        ),
        (
            "TT\tCông việc\tChủ trì\tThời gian\t\n\t\t\tBắt đầu\tHoàn thành",
            "1\tMở lớp\tVăn phòng\t01/3/2023\t15/3/2023",
            "01/3/2023 - 15/3/2023",
        ),
        (
            "TT\tCông việc\tChủ trì\tThời gian thực hiện\tThời hạn hoàn thành",
            "1\tMở lớp\tVăn phòng\tCả năm\t15/3/2023",
            "15/3/2023",
        ),
        (
            "TT\tCông việc\tChủ trì\tNgày giao\tHạn\tGia hạn",
            "1\tMở lớp\tVăn phòng\t01/3/2023\t15/3/2023\t",
            "15/3/2023",
        ),
    ],
)
def test_of_several_columns_of_days_the_last_day_counts(header: str, row: str, phrase: str) -> None:
    task = read(row, header=header).tasks[0]
    assert (task.phrase, [str(day) for day in task.due]) == (phrase, ["2023-03-15"])


@pytest.mark.parametrize(
    "cell",
    [
        "Văn phòng chủ trì, phối hợp với Thanh tra, Phòng Nội vụ",
        "Chủ trì: Văn phòng; phối hợp: Thanh tra, Phòng Nội vụ",
        "Giao Văn phòng chủ trì phối hợp với Thanh tra; Phòng Nội vụ",
    ],
)
def test_one_column_for_who_leads_and_who_helps(cell: str) -> None:
    header = "Stt\tNội dung\tĐơn vị chủ trì, phối hợp\tThời gian"
    task = read(f"1\tMở lớp\t{cell}\tQuý I", header=header).tasks[0]
    assert (task.lead, task.coordinating) == (("Văn phòng",), ("Thanh tra", "Phòng Nội vụ"))


def test_a_table_without_a_column_of_numbers() -> None:
    header = "Nội dung công việc\tĐơn vị thực hiện\tThời gian"
    rows = ("1. Mở lớp\tVăn phòng\tQuý I", "2. Thi cuối khóa và trao\tVăn phòng\tQuý II", "", "chứng chỉ\t\t")
    assert [(task.ref, task.title) for task in read(*rows, header=header).tasks] == [
        ("1", "Mở lớp"),
        ("2", "Thi cuối khóa và trao chứng chỉ"),
    ]
    bare = read("Mở lớp\tVăn phòng\tQuý I", "Thi cuối khóa\tVăn phòng\tQuý II", header=header)
    assert [(task.ref, task.title) for task in bare.tasks] == [("1", "Mở lớp"), ("2", "Thi cuối khóa")]


def test_a_table_that_repeats_its_header_after_a_page_end_goes_on() -> None:
    header = "| TT | Nội dung | Đơn vị chủ trì | Thời gian |\n|---|---|---|---|"
    draft = reader.read(
        "\n\n".join(
            (
                "Kế hoạch công tác năm 2023",
                f"{header}\n| 1 | Kiểm kê kho | Văn phòng | Tháng 3 |\n| 2 | Sửa nhà kho, sân | Phòng Nội | Quý |",
                "2",
                f"{header}\n| | phơi | vụ | II |\n| 4 | Bàn giao kho | Văn phòng | Tháng 9 |",
            )
        ).encode(),
        "x",
    )
    assert [(task.ref, task.title, task.lead, task.phrase) for task in draft.tasks] == [
        ("1", "Kiểm kê kho", ("Văn phòng",), "Tháng 3"),
        ("2", "Sửa nhà kho, sân phơi", ("Phòng Nội vụ",), "Quý II"),
        ("4", "Bàn giao kho", ("Văn phòng",), "Tháng 9"),
    ]
    assert kinds(draft) == [("number_skipped", "3")]


def test_two_tables_are_told_apart_only_where_their_numbers_are_the_same() -> None:
    one, two = f"{HEADER}\n1\tKiểm kê kho\tVăn phòng\t\t\tQuý I", f"{HEADER}\n2\tSửa kho\tVăn phòng\t\t\tQuý II"
    heads = ("Kế hoạch công tác năm 2023", "A. Việc đầu năm", one, "B. Việc giữa năm")
    assert refs(reader.read("\n\n".join((*heads, two)).encode(), "x")) == ["1", "2"]
    again = two.replace("2\tSửa", "1\tSửa")
    assert refs(reader.read("\n\n".join((*heads, again)).encode(), "x")) == ["B1.1", "B2.1"]


@pytest.mark.parametrize("mark", ["nt", "-nt-", "- như trên -", "Như trên", "//", '"'])
def test_a_cell_that_repeats_the_one_above(mark: str) -> None:
    draft = read(
        "1\tKiểm kê kho\tVăn phòng\tPhòng Nội vụ\tBiên bản\tQuý I",
        f"2\tSửa kho\t{mark}\t\t{mark}\tQuý II",
        f"3\tBàn giao kho\t{mark}\t{mark}\tBiên bản bàn giao\t{mark}",
    )
    assert [(task.lead, task.coordinating, task.product, task.phrase) for task in draft.tasks[1:]] == [
        (("Văn phòng",), (), "Biên bản", "Quý II"),
        (("Văn phòng",), ("Phòng Nội vụ",), "Biên bản bàn giao", "Quý II"),
    ]
    assert draft.faults == ()


@pytest.mark.parametrize(
    "header",
    [
        "| TT | Nội dung | Đơn vị thực hiện | Quý I | Quý II | Quý III | Quý IV |\n|---|---|---|---|---|---|---|",
        "| TT | Nội dung | Đơn vị thực hiện | Quý | | | |\n|---|---|---|---|---|---|---|\n| | | | I | II | III | IV |",
    ],
)
def test_quarters_that_have_a_column_each_are_times(header: str) -> None:
    rows = ("| 1 | Kiểm kê kho | Văn phòng | x | | | x |", "| 2 | Sửa kho | Phòng Nội vụ | | x | x | |")
    draft = reader.read("\n".join(("Kế hoạch công tác năm 2023\n", header, *rows)).encode(), "x")
    assert [(task.lead, [str(day) for day in task.due]) for task in draft.tasks] == [
        (("Văn phòng",), ["2023-03-31", "2023-12-31"]),
        (("Phòng Nội vụ",), ["2023-06-30", "2023-09-30"]),
    ]
    assert [[doubt.code for doubt in task.doubts] for task in draft.tasks] == [[], ["unsure"]]


def test_a_workbook_s_header_is_looked_for_only_where_one_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not again at every row: a long plan has many."""
    tried: list[Grid] = []
    told = table.columns

    def counted(grid: Grid) -> object:
        tried.append(grid)
        return told(grid)

    monkeypatch.setattr(table, "columns", counted)
    rows = (f"{n}\tViệc thứ {n}\tVăn phòng\tThanh tra\tBáo cáo\tQuý I" for n in range(1, 61))
    xlsx.read(as_xlsx("\n".join((HEADER, *rows)), merged=False))
    assert len(tried) == 1
