"""What `nhacviec read` prints, and what it keeps to itself."""

import json
from pathlib import Path

from bot.read_plan import NO_FILE, REFUSED, show

PLAN = Path(__file__).parents[2] / "bot" / "sample" / "ke_hoach_2023.txt"


def test_the_outline_for_people() -> None:
    code, said = show(PLAN)
    assert code == 0
    lines = said.splitlines()
    assert lines[0].startswith("Kế hoạch Công tác văn hóa")
    assert "Năm 2023: 43 nhiệm vụ, 4 báo cáo định kỳ, 4 chỉ tiêu, 9 chỗ cần xem lại." in lines
    assert "  6.2 Lập dự toán ngân sách năm 2024 của toàn Sở." in lines
    assert "      Phòng Kế hoạch - Tài chính | Trước ngày 15/7/2023 | trước thứ Bảy 15/7/2023" in lines
    assert "      Phòng Quản lý Thể dục thể thao | Tháng 02/2022 | thứ Hai 28/2/2022 (chưa chắc)" in lines
    assert "  Dòng 2.3 nhảy sang 2.5, không có 2.4." in lines


def test_the_schema_for_programs() -> None:
    code, said = show(PLAN, 2023, as_json=True)
    assert code == 0
    told = json.loads(said)
    assert told["schema"] == "plan-expected/1"
    doubtful = next(task for task in told["tasks"] if task["no"] == "2.1")["doubts"][0]
    assert (doubtful["code"], doubtful["dates"]) == ("year_mismatch", ["2022-02-28"])
    assert doubtful["text"].endswith("?")


def test_a_refused_document_is_one_sentence_without_its_content(tmp_path: Path) -> None:
    secret = tmp_path / "ke hoach.txt"
    secret.write_text("TỐI MẬT\nPhương án bảo vệ kho số 7 năm 2023\n", "utf-8")
    for as_json in (False, True):
        code, said = show(secret, 2023, as_json)
        assert code == REFUSED
        assert "kho" not in said
        assert said.count("\n") == 0


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    code, said = show(tmp_path / "x.docx")
    assert code == NO_FILE
    assert "x.docx" in said
