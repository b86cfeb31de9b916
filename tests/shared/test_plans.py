"""The real plans that lie beside the project: read, and the 2023 plan of one department row by row."""

import json
from pathlib import Path

import pytest

from plans import Unreadable, child, faults, reader, schema
from tests.absent import absent
from tests.plans.as_docx import as_docx
from tests.plans.as_pdf import as_pdf
from tests.plans.as_xlsx import as_xlsx
from tests.plans.compare import differences

PLANS = Path(__file__).resolve().parents[3] / "shared" / "plans"
FIRST = "001_7e7b054622847d1a"


@pytest.fixture(autouse=True, scope="module")
def _plans() -> None:
    if not PLANS.is_dir():
        absent(f"the real plans are not beside the project: {PLANS}")


def content(stem: str) -> bytes:
    return next(path for path in PLANS.glob(f"{stem}*") if path.suffix in (".txt", ".md")).read_bytes()


FORMS = {"word": as_docx, "excel": as_xlsx, "pdf": as_pdf}


@pytest.mark.parametrize("merged", [True, False])
@pytest.mark.parametrize("form", ["text", *FORMS])
def test_the_department_s_plan_row_by_row(form: str, merged: bool) -> None:
    source = content(FIRST)
    if form in FORMS:
        source = FORMS[form](source.decode(), merged)
    expected = json.loads((PLANS / f"{FIRST}.expected.json").read_text("utf-8"))
    assert list(differences(reader.read(source, "x"), expected)) == []


def test_its_faults_in_words() -> None:
    said = [faults.words(fault) for fault in reader.read(content(FIRST), "x").faults]
    assert "Dòng 3.2 nhảy sang 3.4, không có 3.3." in said
    assert "Dòng 4.1.b chưa ghi đơn vị chủ trì." in said
    assert len(set(said)) == len(said)


def test_the_list_with_a_classified_row_is_refused_and_nothing_of_it_is_told() -> None:
    for read in (reader.read, child.read):
        with pytest.raises(Unreadable) as refused:
            read(content("daklak"), "daklak.md", 2026)
        assert refused.value.code == "classified"
        assert refused.value.args_ == {}
        assert refused.value.__context__ is None


@pytest.mark.parametrize("stem", ["000", "001", "002", "003", "hn_syt", "longho", "nq03", "qd06", "sonla"])
def test_the_others_are_read(stem: str) -> None:
    year = json.loads(next(PLANS.glob(f"{stem}*.expected.json")).read_text("utf-8"))["document"]["year"]
    said = schema.as_json(reader.read(content(stem), stem, year))
    assert said["schema"] == "plan-expected/1"
    assert json.loads(json.dumps(said)) == said


def test_an_article_about_a_plan_is_no_plan() -> None:
    assert not reader.read(content("003"), "x", 2025).is_plan
