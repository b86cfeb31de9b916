"""What Word does that plain text does not: merged cells, numbers of its own, tables in tables, boxes, deleted words."""

import io
import zipfile
from collections.abc import Callable

from docx import Document
from docx.document import Document as Made
from docx.oxml import parse_xml

from plans import Draft, reader

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
HEADER = ("TT", "Nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp", "Kết quả", "Thời hạn hoàn thành")


def read(build: Callable[[Made], None]) -> Draft:
    document = Document()
    document.add_paragraph("Kế hoạch công tác năm 2023")
    build(document)
    out = io.BytesIO()
    document.save(out)
    return reader.read(out.getvalue(), "x")


def table(document: Made, *rows: tuple[str, ...]) -> list[list[object]]:
    made = document.add_table(len(rows), len(HEADER))
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            made.cell(r, c).text = text
    return [[made.cell(r, c) for c in range(len(HEADER))] for r in range(len(rows))]


def test_a_cell_merged_downward_counts_for_every_row_it_covers() -> None:
    def build(document: Made) -> None:
        cells = table(
            document,
            HEADER,
            ("1", "Lập dự toán", "Phòng Tài chính", "", "Dự toán", "30/8/2023"),
            ("2", "Công khai dự toán", "", "", "", ""),
            ("3", "Quyết toán", "Văn phòng", "", "Báo cáo", "Quý IV"),
        )
        for column in (2, 5):
            cells[1][column].merge(cells[2][column])  # type: ignore[attr-defined]

    tasks = read(build).tasks
    assert [(task.ref, task.lead, task.phrase) for task in tasks] == [
        ("1", ("Phòng Tài chính",), "30/8/2023"),
        ("2", ("Phòng Tài chính",), "30/8/2023"),
        ("3", ("Văn phòng",), "Quý IV"),
    ]


def test_a_group_row_merged_across_the_whole_table() -> None:
    def build(document: Made) -> None:
        cells = table(
            document,
            HEADER,
            ("I. Công tác tổ chức", "", "", "", "", ""),
            ("1", "Rà soát biên chế", "Phòng Nội vụ", "", "", "Quý I"),
            ("II. Công tác tài chính", "", "", "", "", ""),
            ("1", "Lập dự toán", "Phòng Tài chính", "", "", "Quý II"),
        )
        for row in (1, 3):
            cells[row][0].merge(cells[row][5])  # type: ignore[attr-defined]

    draft = read(build)
    assert draft.groups == (("I", "Công tác tổ chức"), ("II", "Công tác tài chính"))
    assert [task.ref for task in draft.tasks] == ["I.1", "II.1"]
    assert draft.faults == ()


def test_lines_of_a_unit_cell_are_units() -> None:
    def build(document: Made) -> None:
        table(
            document,
            HEADER,
            ("1", "Tổ chức hội thi", "Phòng Văn hóa\nPhòng Nội vụ", "Văn phòng;\nĐoàn Thanh niên", "", "Quý I"),
        )

    task = read(build).tasks[0]
    assert task.lead == ("Phòng Văn hóa", "Phòng Nội vụ")
    assert task.coordinating == ("Văn phòng", "Đoàn Thanh niên")


def test_numbers_that_word_writes_by_itself() -> None:
    def build(document: Made) -> None:
        numbering = document.part.numbering_part.element
        levels = "".join(
            f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
            for n, (form, text) in enumerate((("decimal", "%1."), ("decimal", "%1.%2."), ("lowerLetter", "%3)")))
        )
        numbering.insert(0, parse_xml(f'<w:abstractNum {W} w:abstractNumId="77">{levels}</w:abstractNum>'))
        numbering.append(parse_xml(f'<w:num {W} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
        cells = table(
            document,
            HEADER,
            ("", "Công tác tổ chức", "", "", "", ""),
            ("", "Rà soát biên chế", "Phòng Nội vụ", "", "", "Quý I"),
            ("", "Đào tạo, bồi dưỡng", "", "", "", ""),
            ("", "Lập kế hoạch đào tạo", "Phòng Nội vụ", "", "", "Quý II"),
            ("", "Mở lớp bồi dưỡng", "Phòng Nội vụ", "", "", "Quý III"),
            ("", "Công tác tài chính", "", "", "", ""),
            ("", "Lập dự toán", "Phòng Tài chính", "", "", "Quý IV"),
        )
        for row, level in enumerate((0, 1, 1, 2, 2, 0, 1), 1):
            properties = cells[row][0].paragraphs[0]._p.get_or_add_pPr()  # type: ignore[attr-defined]
            properties.append(parse_xml(f'<w:numPr {W}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>'))

    draft = read(build)
    assert [no for no, _ in draft.groups] == ["1", "1.2", "2"]
    assert [task.ref for task in draft.tasks] == ["1.1", "1.2.a", "1.2.b", "2.1"]


def test_deleted_words_and_text_boxes_are_left_out_and_inserted_words_are_read() -> None:
    def build(document: Made) -> None:
        cells = table(document, HEADER, ("1", "Lập ", "Văn phòng", "", "", "Quý I"))
        paragraph = cells[1][1].paragraphs[0]._p  # type: ignore[attr-defined]
        for xml in (
            f'<w:del {W} w:id="1" w:author="a"><w:r><w:delText>báo cáo</w:delText></w:r></w:del>',
            f'<w:ins {W} w:id="2" w:author="a"><w:r><w:t>danh sách</w:t></w:r></w:ins>',
            f"<w:r {W}><w:pict><w:txbxContent><w:p><w:r><w:t>ghi chú</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>",
        ):
            paragraph.append(parse_xml(xml))

    draft = read(build)
    assert draft.tasks[0].title == "Lập danh sách"
    assert [fault.kind for fault in draft.faults] == ["text_boxes"]


def test_a_table_in_a_cell_does_not_spill_into_it() -> None:
    def build(document: Made) -> None:
        cells = table(document, HEADER, ("1", "Lập danh sách", "Văn phòng", "", "", "Quý I"))
        inner = cells[1][4].add_table(1, 2)  # type: ignore[attr-defined]
        inner.cell(0, 0).text = "trong"

    tasks = read(build).tasks
    assert [(task.title, task.product) for task in tasks] == [("Lập danh sách", None)]


def test_six_hundred_rows_lose_none() -> None:
    row = "".join(f"<w:tc><w:p><w:r><w:t>{{{key}}}</w:t></w:r></w:p></w:tc>" for key in "abcdef")
    body = "".join(
        f"<w:tr>{row}</w:tr>".format(
            a=n,
            b=f"Việc thứ {n} trong kế hoạch",
            c="Văn phòng",
            d="Phòng Nội vụ; Thanh tra",
            e="Báo cáo",
            f="Quý II/2023",
        )
        for n in range(1, 601)
    )
    head = "<w:tr>" + "".join(f"<w:tc><w:p><w:r><w:t>{name}</w:t></w:r></w:p></w:tc>" for name in HEADER) + "</w:tr>"
    empty = io.BytesIO()
    Document().save(empty)
    out = io.BytesIO()
    with zipfile.ZipFile(empty) as source, zipfile.ZipFile(out, "w") as made:
        for name in source.namelist():
            text = source.read(name).decode("utf-8", "surrogateescape")
            if name == "word/document.xml":
                text = text.replace(
                    "<w:body>", f"<w:body><w:p><w:r><w:t>Kế hoạch năm 2023</w:t></w:r></w:p><w:tbl>{head}{body}</w:tbl>"
                )
            made.writestr(name, text.encode("utf-8", "surrogateescape"))
    draft = reader.read(out.getvalue(), "x")
    assert len(draft.tasks) == 600
    assert draft.faults == ()


def test_the_head_of_a_letter_laid_out_as_a_table() -> None:
    document = Document()
    head = document.add_table(2, 2)
    head.cell(0, 0).text = "UBND TỈNH BÌNH MINH\nSỞ NỘI VỤ"
    head.cell(0, 1).text = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"
    head.cell(1, 0).text = "Số: 15/KH-SNV"
    head.cell(1, 1).text = "Bình Minh, ngày 20 tháng 12 năm 2022"
    for line in (
        "KẾ HOẠCH",
        "Kiểm tra công vụ tại các",
        "đơn vị trực thuộc năm 2023",
        "Căn cứ Luật Cán bộ, công chức;",
    ):
        document.add_paragraph(line)
    table(document, HEADER, ("1", "Lập danh sách", "Văn phòng", "", "", "Quý I"))
    out = io.BytesIO()
    document.save(out)
    draft = reader.read(out.getvalue(), "x")
    assert draft.title == "Kế hoạch Kiểm tra công vụ tại các đơn vị trực thuộc năm 2023"
    assert (draft.number, str(draft.issued), draft.issuer, draft.year) == ("15/KH-SNV", "2022-12-20", "SỞ NỘI VỤ", 2023)


def test_the_strict_variant_of_the_format() -> None:
    out, made = io.BytesIO(), io.BytesIO()
    document = Document()
    document.add_paragraph("Kế hoạch năm 2023")
    table(document, HEADER, ("1", "Lập danh sách", "Văn phòng", "", "", "Quý I"))
    document.save(made)
    usual = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    strict = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(out, "w") as changed:
        for name in source.namelist():
            changed.writestr(name, source.read(name).replace(usual, strict))
    assert [task.title for task in reader.read(out.getvalue(), "x").tasks] == ["Lập danh sách"]


def test_a_time_written_across_the_columns_of_beginning_and_end_is_no_beginning() -> None:
    def build(document: Made) -> None:
        rows = [
            ("TT", "Nội dung", "Chủ trì", "Bắt đầu", "Kết thúc"),
            ("1", "Sửa kho", "Văn phòng", "Tháng 4/2023", ""),
            ("2", "Sơn kho", "Văn phòng", "Tháng 5/2023", ""),
        ]
        made = document.add_table(3, 5)
        made.cell(1, 3).merge(made.cell(1, 4))
        for r, row in enumerate(rows):
            for c, text in enumerate(row):
                if (r, c) != (1, 4):
                    made.cell(r, c).text = text

    assert [(task.phrase, len(task.due)) for task in read(build).tasks] == [
        ("Tháng 4/2023", 1),
        ("từ Tháng 5/2023", 0),
    ]
