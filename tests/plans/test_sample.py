"""The sample office's plan, in every form it may arrive in, held against what a person read in it."""

import json
import unicodedata
from pathlib import Path

import pytest

from plans import Draft, Unreadable, reader
from tests.plans.as_docx import as_docx
from tests.plans.compare import differences

HERE = Path(__file__).parent
PLAN = HERE.parent.parent / "bot" / "sample" / "ke_hoach_2023.txt"
TEXT = PLAN.read_text("utf-8")
EXPECTED = json.loads((HERE / "sample.expected.json").read_text("utf-8"))


def markdown(text: str) -> str:
    """The same plan as people paste it from a converter: a bar table under Markdown headings."""
    out: list[str] = []
    for line in text.splitlines():
        if "\t" in line:
            out.append("| " + " | ".join(line.split("\t")) + " |")
            if line.startswith("Stt"):
                out.append("|---|---|---|---|---|---|")
        else:
            out.append(f"## **{line}**" if line.isupper() else line)
    return "\n".join(out)


def windows_1258(text: str) -> bytes:
    """As an old Windows program writes it: tone marks apart from their letters."""
    out = bytearray()
    for letter in text:
        try:
            out += letter.encode("cp1258")
        except UnicodeEncodeError:
            apart = unicodedata.normalize("NFD", letter)
            tone = next(mark for mark in apart if mark in "\u0300\u0301\u0303\u0309\u0323")
            base = unicodedata.normalize("NFC", apart.replace(tone, ""))
            out += base.encode("cp1258") + tone.encode("cp1258")
    return bytes(out)


FORMS = {
    "utf-8": TEXT.encode(),
    "utf-8 with its mark": TEXT.encode("utf-8-sig"),
    "windows line ends": TEXT.replace("\n", "\r\n").encode(),
    "utf-16": TEXT.encode("utf-16"),
    "utf-16 without its mark": TEXT.encode("utf-16-le"),
    "windows-1258": windows_1258(TEXT),
    "letters apart": unicodedata.normalize("NFD", TEXT).encode(),
    "markdown": markdown(TEXT).encode(),
    "word, merged cells": as_docx(TEXT),
    "word, plain cells": as_docx(TEXT, merged=False),
}


@pytest.fixture(scope="module")
def draft() -> Draft:
    return reader.read(TEXT.encode(), PLAN.name)


def test_every_row_report_target_and_fault(draft: Draft) -> None:
    assert list(differences(draft, EXPECTED)) == []


@pytest.mark.parametrize("form", FORMS)
def test_the_same_draft_from_every_form(form: str, draft: Draft) -> None:
    assert reader.read(FORMS[form], "a.bin") == draft


def test_a_doubtful_date_is_never_settled_by_the_reader(draft: Draft) -> None:
    wrong_year = next(task for task in draft.tasks if task.ref == "2.1")
    assert [doubt.code for doubt in wrong_year.doubts] == ["year_mismatch"]
    assert set(wrong_year.due) <= {day for doubt in wrong_year.doubts for day in doubt.dates}
    for ref in ("2.2", "2.3.b", "3.4", "4.4"):
        assert next(task for task in draft.tasks if task.ref == ref).due == ()


def test_the_leads_are_the_office_s_thirteen_units(draft: Draft) -> None:
    leads = {lead for task in draft.tasks for lead in task.lead}
    assert len(leads) == 13
    assert max(sum(lead in task.lead for task in draft.tasks) for lead in leads) <= 6


def test_the_year_comes_from_the_sender_else_from_the_title() -> None:
    assert reader.read(TEXT.encode(), "a.txt", 2024).year == 2024
    undated = TEXT.replace("năm 2023", "năm nay").replace("tháng 01 nay", "tháng 01")
    with pytest.raises(Unreadable, match="year_unknown"):
        reader.read(undated.encode(), "ke_hoach_2023.txt")


def test_the_year_of_the_signing_date_is_taken_when_the_title_has_none() -> None:
    title = "Công tác văn hóa, thể thao và du lịch năm 2023 của"
    untitled = TEXT.replace(title, title.replace(" năm 2023", ""))
    assert reader.read(untitled.encode(), "a.txt").year == 2023
