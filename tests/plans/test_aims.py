"""Targets told in sentences: two acts in one, a part of a share, points to gain, what was only reached; the plan's own
year as a time."""

import pytest

from plans import reader, targets


def said(sentence: str, year: int = 2023, *, counts: bool = False) -> list[tuple[str, str, float | None]]:
    ahead = targets.still_ahead(sentence, year)
    return [(one.text, one.op, one.value) for one in targets.read(ahead, "I", counts=counts)]


@pytest.mark.parametrize(
    ("sentence", "aims"),
    [
        (
            "100% trường có máy tính, trong đó 60% trường có phòng học thông minh",
            [("100% trường có máy tính", "=", 100), ("60% trường có phòng học thông minh", "=", 60)],
        ),
        (
            "Nâng tỷ lệ người được đào tạo lên 73%, trong đó có bằng cấp, chứng chỉ đạt trên 34%",
            [
                ("Nâng tỷ lệ người được đào tạo lên 73%", "=", 73),
                ("có bằng cấp, chứng chỉ đạt trên 34%", ">", 34),
            ],
        ),
        (
            "Gặp gỡ hộ kinh doanh hằng quý, giải quyết dứt điểm 100% kiến nghị",
            [("giải quyết dứt điểm 100% kiến nghị", "=", 100)],
        ),
        ("Rà soát, đề xuất giảm ít nhất 30% thời gian", [("Rà soát, đề xuất giảm ít nhất 30% thời gian", ">=", 30)]),
        ("Rút ngắn thời gian còn không quá 02 ngày", [("Rút ngắn thời gian còn không quá 02 ngày", "<=", 2)]),
        (
            "Mục tiêu: Tăng từ 0,3 điểm trở lên so với năm 2022",
            [("Tăng từ 0,3 điểm trở lên so với năm 2022", ">=", 0.3)],
        ),
        ("Khắc phục hạn chế năm 2022: 81,5% hồ sơ được số hóa.", []),
        ("Tiêu chí hồ sơ trực tuyến mới đạt 41,7%", []),
        ("Giải ngân đạt 31,7%, chậm so với kế hoạch", []),
        ("Thu ngân sách tăng 12% so với cùng kỳ", []),
        ("Toàn tỉnh đã hoàn thành 85% kế hoạch trồng rừng", []),
        ("Giảm 20% số vụ cháy so với cùng kỳ", [("Giảm 20% số vụ cháy so với cùng kỳ", "=", 20)]),
        (
            "Tăng 5% số hồ sơ trực tuyến so với năm 2022 (năm 2022 có 60%)",
            [("Tăng 5% số hồ sơ trực tuyến so với năm 2022 (năm 2022 có 60%)", "=", 5)],
        ),
        ("100% hồ sơ đã hoàn thành được lưu trữ", [("100% hồ sơ đã hoàn thành được lưu trữ", "=", 100)]),
        (
            "Tối thiểu 90% số xã có tủ sách, bằng 2 lần năm trước",
            [("Tối thiểu 90% số xã có tủ sách, bằng 2 lần năm trước", ">=", 90)],
        ),
        (
            "Số vụ cháy giảm ít nhất 10% so với cùng kỳ",
            [("Số vụ cháy giảm ít nhất 10% so với cùng kỳ", ">=", 10)],
        ),
        (
            "Sáu tháng đầu năm, hồ sơ đúng hạn đạt 97,3%. Phấn đấu cả năm đạt 99%.",
            [("cả năm đạt 99%.", "=", 99)],
        ),
        ("Sáu tháng đầu năm, giải ngân 50%.", [("Sáu tháng đầu năm, giải ngân 50%.", "=", 50)]),
        ("Chỉ số năm 2022 của tỉnh đạt 66,10 điểm, xếp thứ 25", []),
        (
            "Xóa bỏ rào cản. Năm 2022, huyện đã bỏ 80 quy định, đạt 72,4%. Năm 2023 phải đạt 90%.",
            [("Năm 2023 phải đạt 90%.", "=", 90)],
        ),
    ],
)
def test_what_a_sentence_aims_at(sentence: str, aims: list[tuple[str, str, float | None]]) -> None:
    assert said(sentence) == aims


def test_things_called_by_the_word_for_points() -> None:
    assert said("Xóa toàn bộ 12 điểm đen tai nạn giao thông", counts=True)[0][2] == 12
    assert said("Đạt 12 điểm trở lên ở vòng một", counts=True) == [("Đạt 12 điểm trở lên ở vòng một", ">=", 12)]


@pytest.mark.parametrize(
    "work",
    [
        "Thanh tra, kiểm tra cơ sở kinh doanh trên địa bàn trong tháng 6",
        "Lãnh đạo, chỉ đạo các cơ sở kinh doanh ký cam kết trong tháng 6",
    ],
)
def test_two_acts_at_the_beginning_are_no_unit(work: str) -> None:
    task = reader.read(f"Kế hoạch năm 2023\n\nI. NHIỆM VỤ\n1. {work}".encode(), "x").tasks[0]
    assert (task.title, task.lead) == (work, ())


@pytest.mark.parametrize(("end", "due"), [("năm 2023.", ["2023-12-31"]), ("năm 2023 đã được giao.", [])])
def test_the_plan_s_own_year_is_a_time_where_the_sentence_ends_with_it(end: str, due: list[str]) -> None:
    work = f"1. Thư viện tỉnh hoàn thành việc chọn sách cho các xã trong {end}"
    task = reader.read(f"Kế hoạch năm 2023\n\nII. NHIỆM VỤ\n{work}".encode(), "x").tasks[0]
    assert [str(day) for day in task.due] == due
