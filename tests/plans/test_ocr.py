"""A scanned page read by the real Tesseract: what a copier gives back becomes the tasks that were on the paper."""

from datetime import date

import pytest

from plans import Fault, Unreadable, child, ocr
from tests.absent import absent
from tests.plans.as_pdf import as_pdf
from tests.plans.test_pdf import scan

PLAN = (
    "UBND TỈNH BÌNH MINH\nKẾ HOẠCH\nCông tác văn hóa năm 2023\n"
    "Stt\tNội dung\tTổ chức thực hiện\t\tSản phẩm\tThời gian\n\t\tĐơn vị chủ trì\tĐơn vị phối hợp\t\t\n"
    "2\tPhát triển sự nghiệp văn hóa\t\t\t\t\n"
    "2.2\tLập danh sách di tích xuống cấp trước mùa mưa.\tBảo tàng tỉnh\tVăn phòng\tBáo cáo\tQuý II/2023\n"
    "2.3\tĐưa hoạt động nghệ thuật về cơ sở:\t\t\t\t\n"
    "a\tChiếu phim lưu động tại các thôn, bản.\tTrung tâm Văn hóa tỉnh\tVăn phòng\tSổ theo dõi\tTháng 11/2023\n"
    "b\tMở lớp truyền dạy nhạc cụ dân tộc.\tTrung tâm Văn hóa tỉnh\tBảo tàng tỉnh\tLớp học\t15/9/2023\n"
)


@pytest.fixture(autouse=True)
def _with_tesseract() -> None:
    ocr.available.cache_clear()
    if not ocr.available():
        absent("no tesseract with its Vietnamese model on this machine: no scan was read")


def test_the_tasks_of_a_scanned_page() -> None:
    draft = child.read(scan(as_pdf(PLAN), 200), "scan.pdf")
    assert draft.year == 2023
    assert [(task.ref, task.title, task.lead, task.phrase, task.due) for task in draft.tasks] == [
        (
            "2.2",
            "Lập danh sách di tích xuống cấp trước mùa mưa.",
            ("Bảo tàng tỉnh",),
            "Quý II/2023",
            (date(2023, 6, 30),),
        ),
        (
            "2.3.a",
            "Chiếu phim lưu động tại các thôn, bản.",
            ("Trung tâm Văn hóa tỉnh",),
            "Tháng 11/2023",
            (date(2023, 11, 30),),
        ),
        (
            "2.3.b",
            "Mở lớp truyền dạy nhạc cụ dân tộc.",
            ("Trung tâm Văn hóa tỉnh",),
            "15/9/2023",
            (date(2023, 9, 15),),
        ),
    ]
    assert Fault("pages_recognised", "", "1") in draft.faults


def test_a_mark_of_secrecy_on_a_scanned_page() -> None:
    with pytest.raises(Unreadable, match="classified"):
        child.read(scan(as_pdf(f"MẬT\n{PLAN}"), 200), "scan.pdf")


def test_a_telephone_number_on_a_scanned_page_is_dropped() -> None:
    draft = child.read(scan(as_pdf(PLAN.replace("bản.", "bản, ĐT 0912 345 678.")), 200), "scan.pdf")
    assert [task.title for task in draft.tasks][1] == "Chiếu phim lưu động tại các thôn, bản."
