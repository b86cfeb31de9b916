"""Marks of secrecy are found, and only marks; telephone numbers and addresses go, the numbers of papers stay."""

import io
import zipfile

import pytest

from plans import Unreadable, marks, reader
from tests.plans.as_docx import as_docx

MARKS = [
    "MẬT",
    "TỐI MẬT",
    "Tuyệt mật",
    "  MẬT  ",
    "M Ậ T",
    "T Ố I   M Ậ T",
    "M.Ậ.T",
    "*MẬT*",
    "(MẬT)",
    "[Tối mật]",
    "( M Ậ T )",
    "Độ mật: Mật",
    "ĐỘ MẬT: TUYỆT MẬT",
    "Độ mật: Tối mật; Độ khẩn: Thường",
    "Xây dựng phương án bảo vệ trụ sở (Mật)",
    "HỎA TỐC - MẬT",
    "Bản số: 02 MẬT",
    "SỞ NỘI VỤ\t\tMẬT",
    "UBND TỈNH      TỐI MẬT      CỘNG HÒA",
    "MẬT\u200b",
    "MAT",
]
NO_MARKS = [
    "Quy định về bảo vệ bí mật nhà nước",
    "BẢO VỆ BÍ MẬT NHÀ NƯỚC",
    "đổi mật khẩu",
    "Mật khẩu",
    "hồ sơ công việc (không bao gồm nội dung mật)",
    "(không gồm văn bản mật theo quy định)",
    "Độ mật: Không",
    "Độ mật",
    "bảo mật",
    "MẶT",
    "MẶT TRẬN TỔ QUỐC",
    "Mất",
    "mật ong rừng",
    "an toàn, bảo mật",
]


@pytest.mark.parametrize("text", MARKS)
def test_a_mark(text: str) -> None:
    assert marks.classified(["Kế hoạch", text])


@pytest.mark.parametrize("text", NO_MARKS)
def test_no_mark(text: str) -> None:
    assert not marks.classified([text])


PLAN = "Kế hoạch năm 2023\n\nStt\tNội dung\tChủ trì\tThời gian\n1\tMua khóa cửa kho số 7\tVăn phòng\tQuý I\n"


@pytest.mark.parametrize(
    "content",
    [
        f"MẬT\n\n{PLAN}".encode(),
        PLAN.replace("kho số 7", "kho số 7 (Mật)").encode(),
        PLAN.replace("Quý I", "MẬT").encode(),
        as_docx(f"Độ mật: Mật\n{PLAN}"),
    ],
)
def test_a_classified_plan_is_refused_and_the_error_tells_nothing(content: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        reader.read(content, "ke hoach kho so 7.txt")
    assert refused.value.code == "classified"
    assert "kho" not in repr(refused.value) + repr(refused.value.__dict__)


@pytest.mark.parametrize("name", ["MẬT.docx", "Ke hoach (Mật).docx", "Độ_mật_Tối_mật.txt"])
def test_a_mark_in_the_name_of_the_file(name: str) -> None:
    with pytest.raises(Unreadable, match="classified"):
        reader.read(PLAN.encode(), name)
    assert reader.read(PLAN.encode(), "bao ve bi mat nha nuoc.docx").tasks


def _with(part: str, xml: str) -> bytes:
    """The plan as a .docx with `xml` put into `part` (a header is added to the package)."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(as_docx(PLAN))) as source, zipfile.ZipFile(out, "w") as made:
        for name in source.namelist():
            data = source.read(name)
            made.writestr(name, data.replace(b"<w:sectPr", xml.encode() + b"<w:sectPr", 1) if name == part else data)
        if part not in source.namelist():
            made.writestr(part, xml)
    return out.getvalue()


_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
HEADER = f"<w:hdr {_W}><w:p><w:r><w:t>M</w:t></w:r><w:r><w:t>ẬT</w:t></w:r></w:p></w:hdr>"
WATERMARK = (
    f'<w:hdr {_W}><w:p><w:r><w:pict><v:textpath xmlns:v="urn:schemas-microsoft-com:vml" string="MẬT"/>'
    "</w:pict></w:r></w:p></w:hdr>"
)
BOX = "<w:p><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>TỐI MẬT</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>"


@pytest.mark.parametrize(
    ("part", "xml"), [("word/header7.xml", HEADER), ("word/header7.xml", WATERMARK), ("word/document.xml", BOX)]
)
def test_a_mark_in_a_header_a_watermark_or_a_text_box(part: str, xml: str) -> None:
    assert reader.read(as_docx(PLAN), "x").tasks
    with pytest.raises(Unreadable, match="classified"):
        reader.read(_with(part, xml), "x")


STRIPPED = {
    "Liên hệ đồng chí Lan, ĐT: 0912 345 678, email: lan.vp@binhminh.gov.vn.": "Liên hệ đồng chí Lan.",
    "Văn phòng (SĐT 0987654321)": "Văn phòng",
    "Văn phòng - 0203.3825.456": "Văn phòng",
    "(0203) 3825 456": "",
    "Gọi +84 912345678 trước khi đến": "Gọi trước khi đến",
    "Phòng QLVH; lan@x.vn; 0912345678": "Phòng QLVH",
}
KEPT = [
    "Kế hoạch số 6991/KH-UBND ngày 30/12/2022",
    "Nghị định số 106/2020/NĐ-CP ngày 10/9/2020",
    "5.428.326 triệu đồng",
    "01/01/2023 đến 02/02/2023",
    "từ 05 10 2023 đến 06 10 2023",
    "đạt 0,9623/1 điểm",
    "TCVN ISO 9001:2015",
    "mã số 079123456789",
    "trang dichvucong.binhminh.gov.vn",
]


@pytest.mark.parametrize("text", STRIPPED)
def test_numbers_and_addresses_go_with_their_labels(text: str) -> None:
    assert marks.stripped(text) == STRIPPED[text]


@pytest.mark.parametrize("text", KEPT)
def test_papers_dates_and_sums_stay(text: str) -> None:
    assert marks.stripped(text) == text


def test_they_go_from_every_cell_and_line_of_a_plan() -> None:
    with_numbers = PLAN.replace("Văn phòng", "Văn phòng (ĐT 0912345678)").replace("số 7", "số 7, hỏi lan@x.vn")
    draft = reader.read(f"Liên hệ: 0203 3825 456\n{with_numbers}".encode(), "x")
    assert "0912" not in repr(draft)
    assert "@" not in repr(draft)
    assert "3825" not in repr(draft)
    assert draft.tasks[0].lead == ("Văn phòng",)
