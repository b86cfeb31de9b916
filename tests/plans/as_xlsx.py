"""A plan's text made into a workbook as offices make them: an independent reading of tabs."""

import io
import re
import zipfile

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet


def as_xlsx(text: str, merged: bool = True) -> bytes:
    """`text` on one sheet: paragraphs across the whole width, the tab-separated table with its empty lines.

    `merged`: the two-tier header, group rows, paragraphs and runs of equal leads are merged cells.
    """
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    lines = text.splitlines()
    width = max((line.count("\t") + 1 for line in lines), default=1)
    table = [number for number, line in enumerate(lines, 1) if "\t" in line]
    for number, line in enumerate(lines, 1):
        for column, cell in enumerate(line.split("\t"), 1):
            if cell:
                sheet.cell(number, column).value = cell
                sheet.cell(number, column).data_type = "s"
    if merged:
        _merge(sheet, lines, table, width)
    return saved(book)


def saved(book: Workbook) -> bytes:
    """`book` as Excel writes it: every text once, in a part of their own, where openpyxl puts it into the cell."""
    written, out = io.BytesIO(), io.BytesIO()
    book.save(written)
    texts: list[str] = []

    def shared(found: re.Match[str]) -> str:
        texts.append(found[1])
        return f't="s"><v>{len(texts) - 1}</v>'

    schemas = "http://schemas.openxmlformats.org"
    link = f'<Relationship Id="texts" Type="{schemas}/officeDocument/2006/relationships/sharedStrings" '
    kind = '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            text = source.read(name).decode()
            if name.startswith("xl/worksheets/sheet"):
                text = re.sub(r't="inlineStr"><is>(.*?)</is>', shared, text, flags=re.DOTALL)
            text = (
                text.replace("</Relationships>", f'{link}Target="sharedStrings.xml"/></Relationships>')
                if (name == "xl/_rels/workbook.xml.rels")
                else text.replace("</Types>", f'{kind}spreadsheetml.sharedStrings+xml"/></Types>')
            )
            made.writestr(name, text)
        strings = "".join(f"<si>{text}</si>" for text in texts)
        made.writestr("xl/sharedStrings.xml", f'<sst xmlns="{schemas}/spreadsheetml/2006/main">{strings}</sst>')
    return out.getvalue()


def _merge(sheet: Worksheet, lines: list[str], table: list[int], width: int) -> None:
    def across(top: int, left: int, bottom: int, right: int) -> None:
        sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)

    for number, line in enumerate(lines, 1):
        cells = line.split("\t")
        if line and "\t" not in line:
            across(number, 1, number, width)
        elif "\t" in line and number not in table[:2] and cells[0] and cells[1] and not any(cells[2:]):
            across(number, 2, number, width)
    if not table:
        return
    leads = {number: (lines[number - 1].split("\t") + [""] * 3)[2] for number in table[2:]}
    for number, lead in leads.items():
        last = number
        while lead and leads.get(last + 1) == lead:
            last += 1
        if last > number and leads.get(number - 1) != lead:
            across(number, 3, last, 3)
    top, under = (lines[number - 1].split("\t") for number in table[:2])
    for column, (upper, lower) in enumerate(zip(top, under, strict=False), 1):
        if upper and not lower:
            across(table[0], column, table[1], column)
        elif not upper:
            across(table[0], column - 1, table[0], column)
