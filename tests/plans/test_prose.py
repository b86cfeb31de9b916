"""What a plan says outside its table: its head, who is told to do what, when reports are owed, what must be reached."""

import pytest

from plans import Draft, reader

HEAD = (
    "ỦY BAN NHÂN DÂN TỈNH BÌNH MINH\n\nSố: /KH-UBND\n\nBình Minh, ngày tháng 02 năm 2023",
    "KẾ HOẠCH\n\nPhát triển thư viện cộng đồng năm 2023",
)


def read(*lines: str) -> Draft:
    return reader.read("\n\n".join((*HEAD, *lines)).encode(), "x")


def test_a_number_and_a_day_left_blank_are_blank_and_the_year_is_known() -> None:
    draft = read("I. NHIỆM VỤ", "1. Xây dựng tủ sách", "- Khảo sát nhu cầu đọc của người dân tại các thôn.")
    assert (draft.number, draft.issued, draft.year) == ("/KH-UBND", None, 2023)
    assert draft.title == "Kế hoạch Phát triển thư viện cộng đồng năm 2023"
    assert draft.issuer == "ỦY BAN NHÂN DÂN TỈNH BÌNH MINH"
    assert draft.is_plan


def test_points_of_a_task_section_are_tasks_where_there_is_no_table() -> None:
    draft = read(
        "I. MỤC ĐÍCH, YÊU CẦU",
        "- Đưa sách đến gần người dân ở các xã vùng sâu, vùng xa.",
        "II. NHIỆM VỤ TRỌNG TÂM",
        "1. Xây dựng tủ sách",
        "- Khảo sát nhu cầu đọc của người dân tại các thôn.",
        "- Thường xuyên luân chuyển sách giữa các tủ sách trong huyện.",
        "2. Đào tạo",
        "- Mở lớp nghiệp vụ thư viện (dự kiến trong Quý II/2023).",
        "III. KINH PHÍ",
        "- Kinh phí thực hiện lấy từ nguồn ngân sách tỉnh và xã hội hóa.",
    )
    assert [(task.ref, task.kind) for task in draft.tasks] == [
        ("II.1.1", "unknown"),
        ("II.1.2", "ongoing"),
        ("II.2.1", "window"),
    ]
    assert [str(day) for day in draft.tasks[2].due] == ["2023-06-30"]
    assert draft.groups == (("II.1", "Xây dựng tủ sách"), ("II.2", "Đào tạo"))


def test_leads_named_once_for_a_whole_group() -> None:
    draft = read(
        "II. NHIỆM VỤ, GIẢI PHÁP",
        "1. Nhóm việc về sách",
        "1.1. Nội dung",
        "- Bổ sung sách cho các tủ sách thôn, bản.",
        "- Sửa chữa phòng đọc của thư viện huyện.",
        "1.2. Phân công trách nhiệm",
        "- Cơ quan chủ trì: Sở Văn hóa, Thể thao và Du lịch.",
        "- Cơ quan phối hợp: Các sở, ban, ngành; UBND cấp huyện.",
    )
    assert [task.lead for task in draft.tasks] == [("Sở Văn hóa, Thể thao và Du lịch",)] * 2
    assert draft.tasks[0].coordinating == ("Các sở, ban, ngành", "UBND cấp huyện")


def test_units_told_what_to_do() -> None:
    draft = read(
        "III. TỔ CHỨC THỰC HIỆN",
        "1. Thư viện tỉnh",
        "- Chuẩn bị sách cho các đợt luân chuyển.",
        "- Cử cán bộ hướng dẫn nghiệp vụ cho các tủ sách.",
        "2. Trách nhiệm của Sở Tài chính",
        "Bố trí kinh phí hằng năm theo dự toán được duyệt.",
        "3. UBND các huyện có trách nhiệm bố trí phòng đọc.",
        "Trên đây là Kế hoạch phát triển thư viện, đề nghị các đơn vị thực hiện./.",
        "Nơi nhận:",
        "- Các huyện;",
    )
    assert [(task.ref, task.lead) for task in draft.tasks] == [
        ("III.1.1", ("Thư viện tỉnh",)),
        ("III.1.2", ("Thư viện tỉnh",)),
        ("III.2", ("Sở Tài chính",)),
        ("III.3", ("UBND các huyện",)),
    ]


def test_a_sentence_cut_by_a_page_end_is_one_sentence() -> None:
    draft = read(
        "III. TỔ CHỨC THỰC HIỆN", "1. Thư viện tỉnh", "Chuẩn bị sách và tài liệu cho các", "đợt luân chuyển trong năm."
    )
    assert [task.title for task in draft.tasks] == ["Chuẩn bị sách và tài liệu cho các đợt luân chuyển trong năm."]


@pytest.mark.parametrize(
    ("sentence", "dues"),
    [
        (
            "Định kỳ các huyện gửi báo cáo quý I (ngày 10/3), 6 tháng (10/6) và năm (trước ngày 10/12) về Sở.",
            [("2023-03-10", False), ("2023-06-10", False), ("2023-12-10", True)],
        ),
        (
            "Các huyện báo cáo quý II trước ngày 12/6, quý III trước ngày 12/9 gửi Thư viện tỉnh.",
            [("2023-06-12", True), ("2023-09-12", True)],
        ),
    ],
)
def test_reporting_days(sentence: str, dues: list[tuple[str, bool]]) -> None:
    draft = read("III. TỔ CHỨC THỰC HIỆN", "1. Các huyện", sentence)
    assert [(str(report.due[0]), report.strict) for report in draft.reports] == dues
    assert draft.tasks == ()
    assert not any(report.doubts for report in draft.reports)


def test_a_regime_without_days_has_none_and_asks() -> None:
    draft = read("III. TỔ CHỨC THỰC HIỆN", "Định kỳ hàng quý, 6 tháng và năm, các huyện gửi báo cáo về Sở Nội vụ.")
    report = draft.reports[0]
    assert (report.due, report.to, report.senders) == ((), "Sở Nội vụ", ("các huyện",))
    assert report.doubts[0].suggest
    assert [(fault.kind, fault.no) for fault in draft.faults] == [("report_date_unclear", "R1")]


def test_a_row_of_periodic_reports_without_days_is_doubted_on_every_day() -> None:
    header = "Stt\tNội dung\tĐơn vị chủ trì\tThời gian"
    task = read(header + "\n1\tBáo cáo định kỳ\tVăn phòng\tHàng quý").tasks[0]
    assert set(task.due) == {day for doubt in task.doubts for day in doubt.dates}


def test_targets_in_prose_and_what_is_none() -> None:
    draft = read(
        "I. MỤC TIÊU CỤ THỂ",
        "- Tối thiểu 90% số xã có tủ sách, 80% số thôn có điểm đọc.",
        "- Phấn đấu đến năm 2025, tỷ lệ người dân đọc sách đạt từ 35-40%.",
        "- Có ít nhất 03 sáng kiến được áp dụng.",
        "II. KẾT QUẢ NĂM 2022",
        "- Tỷ lệ số xã có tủ sách đạt 71,5%.",
    )
    assert [(target.op, target.value, target.value_max, target.unit) for target in draft.targets] == [
        (">=", 90, None, "%"),
        (">=", 80, None, "%"),
        ("range", 35, 40, "%"),
        (">=", 3, None, "sáng kiến"),
    ]
    assert str(draft.targets[2].by) == "2025-12-31"


def test_a_table_of_targets() -> None:
    draft = read(
        "\n".join(
            (
                "TT\tChỉ tiêu\tĐơn vị tính\tKết quả\tCơ quan chủ trì theo dõi",
                "I\tĐến năm 2030\t\t\t",
                "1\tTỷ lệ số hóa\t%\t≥ 80\tSở Nội vụ",
                "2\tXếp hạng\tThứ bậc\t≤ 10\tSở Nội vụ",
                "3\tHạ tầng\t\tHiện đại\tSở Nội vụ",
            )
        )
    )
    assert draft.tasks == ()
    assert [(target.text, target.op, target.value, target.unit) for target in draft.targets] == [
        ("Tỷ lệ số hóa", ">=", 80, "%"),
        ("Xếp hạng", "<=", 10, "Thứ bậc"),
        ("Hạ tầng", "qualitative", None, ""),
    ]
    assert {str(target.by) for target in draft.targets} == {"2030-12-31"}


def test_an_article_is_no_plan_but_its_targets_are_told() -> None:
    text = "Thời gian qua, Sở làm nhiều việc.\n\n1. Thư viện\n\nPhấn đấu 90% số xã có tủ sách trong năm nay.\n"
    draft = reader.read(text.encode(), "x", 2023)
    assert not draft.is_plan
    assert [target.value for target in draft.targets] == [90]


def test_in_an_article_the_work_beside_a_target_is_a_task() -> None:
    lines = (
        "Nhiều việc đang được triển khai để đưa sách đến gần người đọc.",
        "1. Chuyển đổi số thư viện",
        "90% sách quý của thư viện được số hóa; xây dựng kho tư liệu điện tử dùng chung cho các thư viện huyện.",
        "Trên 80% bạn đọc hài lòng; tỷ lệ này giữ vững qua các năm.",
    )
    draft = reader.read("\n\n".join(lines).encode(), "x", 2023)
    assert [task.title for task in draft.tasks] == ["xây dựng kho tư liệu điện tử dùng chung cho các thư viện huyện."]


def test_a_year_in_brackets_is_no_reporting_day() -> None:
    draft = read(
        "III. TỔ CHỨC THỰC HIỆN", "1. Sở Nội vụ", "Tổng hợp báo cáo năm (2022) và góp ý cho các huyện trong tỉnh."
    )
    assert draft.reports == ()


def test_a_short_duty_under_its_own_number() -> None:
    draft = read(
        "III. TỔ CHỨC THỰC HIỆN", "1. Sở Nội vụ có trách nhiệm giám sát.", "2. Sở Tài chính chủ trì bố trí vốn."
    )
    assert [task.lead for task in draft.tasks] == [("Sở Nội vụ",), ("Sở Tài chính",)]


def test_a_point_with_a_number_is_cited_in_its_own_words() -> None:
    draft = read(
        "II. NHIỆM VỤ TRỌNG TÂM",
        "1. Giao Thư viện tỉnh chủ trì, phối hợp với Sở Nội vụ kiểm kê kho sách trước ngày 15/5/2023.",
        "2. Giao Công an tỉnh phối hợp với Đoàn Thanh niên tỉnh nắm tình hình phát tán sách lậu tại các chợ.",
        "3. Kho bạc Nhà nước khu vực kiểm soát chi, thanh toán kịp thời cho các hợp đồng mua sách.",
    )
    assert [(task.title[:12], task.lead, task.coordinating) for task in draft.tasks] == [
        ("Giao Thư việ", ("Thư viện tỉnh",), ("Sở Nội vụ",)),
        ("Giao Công an", ("Công an tỉnh",), ("Đoàn Thanh niên tỉnh",)),
        ("Kho bạc Nhà ", ("Kho bạc Nhà nước khu vực",), ()),
    ]


@pytest.mark.parametrize(
    ("heading", "lead"),
    [
        ("Ban Quản lý dự án đầu tư xây dựng các công trình thủy lợi tỉnh", "Ban Quản lý dự án đầu tư xây dựng"),
        ("Sở Xây dựng", "Sở Xây dựng"),
        ("Ban Xây dựng Đảng", "Ban Xây dựng Đảng"),
        ("Văn phòng HĐND và UBND huyện", "Văn phòng HĐND và UBND huyện"),
        ("Đơn vị sự nghiệp công lập trực thuộc tỉnh", "Đơn vị sự nghiệp công lập trực thuộc"),
    ],
)
@pytest.mark.parametrize("section", ["II. NHIỆM VỤ TRỌNG TÂM", "III. TỔ CHỨC THỰC HIỆN"])
def test_the_unit_that_a_heading_names(section: str, heading: str, lead: str) -> None:
    lines = ("- Sửa chữa kho sách của thư viện các huyện miền núi.", "- Bàn giao kho sách cho các huyện trong quý IV.")
    draft = read(section, f"1. {heading}", *lines)
    assert [len(task.lead) for task in draft.tasks] == [1, 1]
    assert draft.tasks[0].lead[0].startswith(lead)


@pytest.mark.parametrize(
    ("heading", "lead"),
    [
        ("Các ấp, khu phố", ("Các ấp, khu phố",)),
        ("Các chủ đầu tư", ("Các chủ đầu tư",)),
        ("Phòng Nội vụ; UBND các xã", ("Phòng Nội vụ", "UBND các xã")),
        ("Doanh nghiệp phát hành sách", ("Doanh nghiệp phát hành sách",)),
        ("Chế độ thông tin", ()),
    ],
)
def test_whoever_a_heading_of_the_duties_names(heading: str, lead: tuple[str, ...]) -> None:
    lines = (f"1. {heading}", "- Chuẩn bị tủ sách.", "- Cử người trông coi tủ sách.", "2. Sở Nội vụ bố trí biên chế.")
    draft = read("III. TỔ CHỨC THỰC HIỆN", *lines)
    assert [task.lead for task in draft.tasks[:-1]] == ([lead] * 2 if lead else [])


def test_a_unit_named_for_what_it_does() -> None:
    draft = read(
        "III. TỔ CHỨC THỰC HIỆN",
        "1. Hội đồng chấm thi và Tổ giúp việc tổ chức chấm bài trong tháng 6/2023.",
        "2. Ban chỉ đạo phát triển văn hóa đọc họp hằng quý, đánh giá tiến độ.",
    )
    assert [task.lead for task in draft.tasks] == [
        ("Hội đồng chấm thi", "Tổ giúp việc"),
        ("Ban chỉ đạo phát triển văn hóa đọc",),
    ]


def test_days_in_a_list_are_all_read() -> None:
    draft = read("III. TỔ CHỨC THỰC HIỆN", "1. Thư viện tỉnh kiểm kê trong tháng 6/2023 và tháng 11/2023.")
    assert [str(day) for day in draft.tasks[0].due] == ["2023-06-30", "2023-11-30"]


def test_the_time_after_a_word_for_finishing() -> None:
    lines = ("1. Sở Nội vụ rà soát biên chế, hoàn thành quý III/2023.", "2. Sở Tài chính cấp vốn; thời gian: tháng 4.")
    draft = read("III. TỔ CHỨC THỰC HIỆN", *lines)
    assert [task.phrase for task in draft.tasks] == ["quý III/2023", "tháng 4"]


def test_points_of_the_duties_that_number_as_the_tasks_do_are_cited_with_their_section() -> None:
    draft = read(
        "II. NHIỆM VỤ, GIẢI PHÁP",
        "1. Tủ sách thôn",
        "1.1. Mở thêm tủ sách tại các thôn vùng cao của tỉnh.",
        "1.2. Thay sách cũ trong các tủ sách đã mở trước đây.",
        "III. TỔ CHỨC THỰC HIỆN",
        "1. Thư viện tỉnh",
        "1.1. Chọn sách cho các tủ sách.",
        "1.2. Đào tạo người trông coi tủ sách.",
    )
    assert [task.ref for task in draft.tasks] == ["1.1", "1.2", "III.1.1", "III.1.2"]


def test_a_line_of_results_is_neither_task_nor_target() -> None:
    draft = read(
        "II. NHIỆM VỤ, GIẢI PHÁP",
        "1. Văn hóa đọc",
        "1.1. Kết quả năm 2022: có 38,5% số xã mở tủ sách, xếp thứ 9 trong khu vực, giảm hai bậc.",
        "1.2. Mở thêm tủ sách tại các thôn vùng cao của tỉnh.",
    )
    assert ([task.ref for task in draft.tasks], draft.targets) == (["1.2"], ())


def test_the_plan_that_a_decision_issues_is_read_after_the_decision() -> None:
    draft = read(
        "Điều 1. Ban hành Kế hoạch phát triển thư viện cộng đồng.",
        "Điều 2. Chánh Văn phòng chịu trách nhiệm thi hành Quyết định này./.",
        "Nơi nhận:",
        "- Như Điều 2;",
        "KẾ HOẠCH",
        "Phát triển thư viện cộng đồng",
        "I. MỤC TIÊU",
        "- Tối thiểu 90% số xã có tủ sách.",
        "II. TỔ CHỨC THỰC HIỆN",
        "1. Thư viện tỉnh chọn sách cho các tủ sách.",
    )
    assert [task.ref for task in draft.tasks] == ["II.1"]
    assert [target.value for target in draft.targets] == [90]


@pytest.mark.parametrize(
    ("sentence", "dues"),
    [
        (
            "Định kỳ trước ngày 25 hằng tháng, các xã gửi báo cáo về Sở; báo cáo cả năm gửi Bộ trước ngày 11/12/2023.",
            [12, 1],
        ),
        ("Chế độ báo cáo: Định kỳ hằng quý (trước ngày 20 của tháng cuối quý), các xã gửi báo cáo về Sở.", [4]),
        ("Định kỳ hằng tháng (trước ngày 25), các xã gửi báo cáo về Sở.", [12]),
        ("Các xã gửi báo cáo về Sở vào các ngày 05/4, 05/7, 04/10/2023 và báo cáo năm trước ngày 06/12/2023.", [3, 1]),
        ("Báo cáo kết quả gửi Sở Nội vụ trước ngày 10/12/2023 để tổng hợp, báo cáo UBND tỉnh.", [1]),
        ("Rà soát tủ sách, báo cáo về Sở Nội vụ trước ngày 24/4/2023.", []),
        ("Ghi chú: Trước ngày 10/6 và trước ngày 08/11, UBND các xã gửi báo cáo về Sở Nội vụ.", [1, 1]),
        ("Các xã báo cáo về Sở: quý III trước ngày 11/9/2023; năm 2023 trước ngày 04/12/2023.", [1, 1]),
    ],
)
def test_reports_of_one_sentence(sentence: str, dues: list[int]) -> None:
    draft = read("III. TỔ CHỨC THỰC HIỆN", "1. Các xã; các phường", "- Mở tủ sách tại các thôn.", f"- {sentence}")
    assert [len(report.due) for report in draft.reports] == dues
    assert len(draft.tasks) == 1 + (not dues)


@pytest.mark.parametrize("number", ["2", "- 3 -", "Trang 4", "5/12"])
def test_a_page_number_inside_a_sentence_is_gone(number: str) -> None:
    lines = ("III. TỔ CHỨC THỰC HIỆN", "1. Thư viện tỉnh", "- Số hóa sách cổ và đưa lên trang tin của", number, "Tỉnh.")
    assert [task.title for task in read(*lines).tasks] == ["Số hóa sách cổ và đưa lên trang tin của Tỉnh."]


def test_a_figure_cut_off_by_a_page_end() -> None:
    draft = read("I. MỤC TIÊU", "- Tỷ lệ xã có tủ sách đạt trên", "3", "75%.", "- 100% huyện có thư viện.")
    assert [(target.op, target.value) for target in draft.targets] == [(">", 75), ("=", 100)]


@pytest.mark.parametrize(
    ("sentence", "op", "value", "unit"),
    [
        ("Tổng điểm đánh giá thư viện đạt từ 68 điểm trở lên.", ">=", 68, "điểm"),
        ("Chỉ số văn hóa đọc của tỉnh xếp trong nhóm 05 tỉnh đứng đầu cả nước.", "<=", 5, "thứ hạng"),
        ("Thời gian chờ mượn sách không quá 15 phút.", "<=", 15, "phút"),
        ("Mở mới 12 tủ sách.", "=", 12, "tủ sách"),
    ],
)
def test_targets_without_a_share(sentence: str, op: str, value: float, unit: str) -> None:
    draft = read("I. MỤC TIÊU", "1. Về thư viện", f"- {sentence}", "- 100% huyện có thư viện.")
    assert [(target.op, target.value, target.unit) for target in draft.targets] == [(op, value, unit), ("=", 100, "%")]


def test_shares_that_tell_how_things_are_no_targets() -> None:
    draft = read(
        "Căn cứ kết quả năm trước (có 45% số xã mở tủ sách), UBND tỉnh ban hành Kế hoạch như sau:",
        "I. MỤC ĐÍCH, YÊU CẦU",
        "- Cách làm phù hợp với điều kiện của tỉnh có trên 60% dân số sống ở vùng cao.",
        "- Phấn đấu 90% số xã có tủ sách.",
    )
    assert [target.value for target in draft.targets] == [90]


def test_a_table_of_targets_in_words() -> None:
    header = "TT\tChỉ tiêu\tĐơn vị tính\tMục tiêu\tCơ quan theo dõi"
    draft = read("\n".join((header, "1\tSách mới\tbản\ttối thiểu 1,8\tSở\n2\tThời gian chờ\tphút\tkhông quá 15\tSở")))
    assert [(target.op, target.value) for target in draft.targets] == [(">=", 1.8), ("<=", 15)]


def test_articles_are_sections_and_what_they_order_is_read() -> None:
    draft = read(
        "Điều 1. Mục tiêu năm 2023",
        "1. Mở mới 12 tủ sách.",
        "Điều 2. Nhiệm vụ, giải pháp",
        "1. Kiểm kê kho sách của các thư viện huyện trước ngày 31/3/2023.",
        "Điều 3. Tổ chức thực hiện",
        "1. Giao Thư viện tỉnh xây dựng kế hoạch cụ thể.",
        "2. Thường trực Hội đồng nhân dân tỉnh giám sát việc thực hiện.",
        "3. Các chi hội, tổ dân phố vận động người dân góp sách.",
        "Điều 4. Chánh Văn phòng và Giám đốc các sở chịu trách nhiệm thi hành Quyết định này./.",
    )
    assert [(task.ref, task.lead) for task in draft.tasks] == [
        ("2.1", ()),
        ("3.1", ("Thư viện tỉnh",)),
        ("3.2", ("Thường trực Hội đồng nhân dân tỉnh",)),
        ("3.3", ("Các chi hội, tổ dân phố",)),
    ]
    assert [(target.section, target.value) for target in draft.targets] == [("1.1", 12)]


def test_a_name_ends_with_its_place_whatever_the_act() -> None:
    draft = read("III. TỔ CHỨC THỰC HIỆN", "1. Công ty Phát hành sách thành phố rước sách về từng ngõ nhỏ.")
    assert draft.tasks[0].lead == ("Công ty Phát hành sách thành phố",)
