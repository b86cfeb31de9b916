"""Marks of secrecy are found, and only marks; telephone numbers and addresses go, the numbers of papers stay."""

import io
import unicodedata
import zipfile
from collections.abc import Callable

import openpyxl
import pytest

from plans import Unreadable, marks, reader, roster
from tests.plans.as_docx import as_docx
from tests.plans.as_xlsx import as_xlsx

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
    "Hỏa tốc - Mật",
    "Tối mật - Khẩn",
    "Thượng khẩn; MẬT",
    "MẬT Trang 2",
    "Mật - Trang 2/14",
    "_MẬT_",
    "__Mật__",
    "***_TỐI MẬT_***",
    '<font color="red">MẬT</font>',
    "<h1><font size=4>Tối mật</font></h1>",
    "M&nbsp;Ậ&nbsp;T",
    "M   Ậ   T",
    "M\nẬ\nT",
    "T Ố I\nM Ậ T",
    "TỐI MÂT",
    "TỐI MẠT",
    "TUYỆT MÂT",
    "TUYẾT MẬT",
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
    "mật độ dân số",
    "MẬT ĐỘ XÂY DỰNG",
    "Mật khẩu - Trang 2",
    "mật_khẩu",
    "Nguyễn Thị Mật",
    "bà Trần Thị Mật - Trang 2",
    "thôn Mật Sơn",
    "xã Đông Mật 12",
    "Khẩn trương",
    "Hỏa tốc - Khẩn",
    "Tôi mất",
    "A\nB\nMẶT",
    "<b>bảo mật</b>",
]


@pytest.mark.parametrize("text", MARKS)
def test_a_mark(text: str) -> None:
    assert marks.classified(["Kế hoạch", text])


@pytest.mark.parametrize("text", NO_MARKS)
def test_no_mark(text: str) -> None:
    assert not marks.classified([text])


def test_a_mark_a_letter_a_line() -> None:
    assert marks.classified(["Kế hoạch", "M", "Ậ", "T", "Năm 2026"])
    assert not marks.classified(["A", "M", "Ậ", "T", "B"])


BEFORE = ("về", "không gồm nội dung", "Công tác", "CÔNG TÁC", "Nguyễn Văn", "theo quy định về")
WORDS = ("bí mật", "Mật", "mật", "bảo mật", "BÍ MẬT", "tối mật", "mật mã", "tuyệt mật")
AFTER = ("nhà nước", "đã ký ngày 12/3", "của cơ quan", "khẩu thư điện tử", "SƠN")


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("word", WORDS)
def test_the_words_inside_a_sentence_are_no_mark(before: str, word: str) -> None:
    for after in AFTER:
        assert not marks.classified([f"{before} {word} {after}"])
        assert not marks.classified([f"- {before} {word} {after}; trang 3."])


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


NAMES = [
    "MẬT.docx",
    "MẬT",
    "Mật",
    "KH.MAT",
    "Ke hoach (Mật).docx",
    "Độ_mật_Tối_mật.txt",
    "Kế hoạch MẬT.docx",
    "KH_MAT.docx",
    "KH 12 - Mật.docx",
    "TUYET_MAT_2026.pdf",
    "CÔNG VĂN MẬT 12.pdf",
    unicodedata.normalize("NFD", "Kế hoạch TỐI MẬT.docx"),
]
HARMLESS = [
    "bao ve bi mat nha nuoc.docx",
    "BẢO VỆ BÍ MẬT NHÀ NƯỚC 2026.docx",
    "BAO_VE_BI_MAT_NHA_NUOC.docx",
    "ĐỔI MẬT KHẨU.docx",
    "KE HOACH MAT TRAN TO QUOC.docx",
    "GIAI PHONG MAT BANG 2026.xlsx",
    "THANH TOAN KHONG DUNG TIEN MAT.docx",
    "Đơn của Nguyễn Văn Mật.docx",
    "DANH SACH NGUYEN THI MAT.csv",
    "mật ong.txt",
    "ke_hoach.docx",
    "",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_mark_in_the_name_of_the_file(name: str) -> None:
    for read in (reader.read, roster.read):
        with pytest.raises(Unreadable, match="classified"):
            read(PLAN.replace("Chủ trì", "Họ tên\tĐơn vị").encode() if read is roster.read else PLAN.encode(), name)


@pytest.mark.parametrize("name", HARMLESS)
def test_no_mark_in_the_name_of_the_file(name: str) -> None:
    assert reader.read(PLAN.encode(), name).tasks


CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:{part}>{told}</dc:{part}></cp:coreProperties>'
)
CUSTOM = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
    '<property name="{name}"><vt:lpwstr>{told}</vt:lpwstr></property></Properties>'
)


@pytest.mark.parametrize("make", [as_docx, as_xlsx])
@pytest.mark.parametrize(
    ("part", "xml", "marked"),
    [
        ("docProps/core.xml", CORE.format(part="title", told="MẬT"), True),
        ("docProps/core.xml", CORE.format(part="subject", told="Độ mật: Tối mật"), True),
        ("docProps/custom.xml", CUSTOM.format(name="Độ mật", told="Mật"), True),
        ("docProps/custom.xml", CUSTOM.format(name="Mật", told="Không"), False),
        ("docProps/core.xml", CORE.format(part="creator", told="Mật"), False),
        ("docProps/core.xml", CORE.format(part="title", told="Bảo vệ bí mật nhà nước"), False),
        ("docProps/core.xml", "<broken", False),
    ],
)
def test_a_mark_in_the_properties_of_a_file(make: Callable[[str], bytes], part: str, xml: str, marked: bool) -> None:
    content = _with(part, xml, make(PLAN))
    if not marked:
        assert reader.read(content, "x").tasks
        return
    with pytest.raises(Unreadable, match="classified"):
        reader.read(content, "x")


def _with(part: str, xml: str, content: bytes | None = None) -> bytes:
    """The plan as a .docx with `xml` put into `part` (a header is added to the package)."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content or as_docx(PLAN))) as source, zipfile.ZipFile(out, "w") as made:
        for name in source.namelist():
            if name == part and part.startswith("docProps/"):
                made.writestr(name, xml)
                continue
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
    "Gọi (+84) 912 345 678 trước khi đến": "Gọi trước khi đến",
    "(+84)-912-345-678": "",
    "Văn phòng, +84 (0) 912 345 678": "Văn phòng",
    "Lan, 09 1234 5678": "Lan",
    "Lan (ĐT: 38251234)": "Lan",
    "Điện thoại: 3825.1234": "",
    "Điện thoại liên hệ: 0203 3825 456, 38251234 hoặc lan@x.vn": "hoặc",
    "đồng chí Minh, SĐT 912345678.": "đồng chí Minh.",
    "đồng chí Minh, SĐT 912 345 678.": "đồng chí Minh.",
    "Tel. 38251234/38251235": "",
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
    "hỗ trợ tiền điện thoại 5.000.000 đồng/năm",
    "Kinh phí điện thoại: 12.500.000 đồng",
    "lắp điện thoại: 15/6/2026",
    "Hotline: 20.10.2025",
    "đường dây điện thoại 2025-2026",
    "đường dây điện thoại 1022",
    "ĐT.741, ĐT.746",
    "các ngày 03 05 07 09 11",
    "03-2023 05-2024",
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


def test_they_go_from_what_was_left_out() -> None:
    other = as_xlsx("Tên\tSố\nLan\t1")
    draft = reader.read(_sheets(as_xlsx(PLAN), other, "Chị Mai 0912345678"), "x")
    assert [fault.words for fault in draft.faults if fault.kind == "sheet_without_table"] == ["Chị Mai"]
    assert "0912" not in repr(draft)


def _sheets(book: bytes, other: bytes, called: str) -> bytes:
    """`book` with the first sheet of `other` behind its own."""
    one, two = (openpyxl.load_workbook(io.BytesIO(content)) for content in (book, other))
    sheet = one.create_sheet(called)
    for row in two.worksheets[0].iter_rows(values_only=True):
        sheet.append(row)
    out = io.BytesIO()
    one.save(out)
    return out.getvalue()
