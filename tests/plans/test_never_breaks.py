"""Whatever is sent, the answer is a draft or one of the refusals."""

import io
import random
import zipfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from plans import Unreadable, faults, reader, refusals, schema
from tests.plans.as_docx import as_docx

TEXT = (Path(__file__).parents[2] / "bot" / "sample" / "ke_hoach_2023.txt").read_text("utf-8")
WORD = as_docx(TEXT)
BITS = ["\t", "\n\n", "|", "|---|", "31/6/2023", "Quý I", "(", "%", "đ", "I. ", "- + ", "1.1.1.1", "\0", "Định kỳ "]


def answered(content: bytes) -> None:
    try:
        draft = reader.read(content, "x", 2023)
    except Unreadable as refused:
        refusals.words(refused)
        return
    assert schema.as_json(draft)["schema"] == "plan-expected/1"
    assert all(faults.words(fault) for fault in draft.faults)


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False))
def test_a_plan_with_damage(chance: random.Random) -> None:
    letters = list(TEXT)
    for _ in range(chance.randint(1, 30)):
        at = chance.randrange(len(letters))
        kind = chance.randrange(4)
        if kind == 0:
            letters[at] = chance.choice(BITS)
        elif kind == 1:
            del letters[at : at + chance.randint(1, 200)]
        elif kind == 2:
            letters[at:at] = letters[chance.randrange(len(letters)) :][: chance.randint(1, 300)]
        else:
            letters[at] = chr(chance.randrange(0x20, 0x2000))
    answered("".join(letters).encode("utf-8", "ignore"))


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_a_word_document_with_damage(chance: random.Random) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WORD)) as source, zipfile.ZipFile(out, "w") as made:
        for name in source.namelist():
            xml = source.read(name).decode("utf-8", "surrogateescape")
            if name == "word/document.xml":
                for _ in range(chance.randint(1, 6)):
                    one, other = chance.sample(["w:tc", "w:tr", "w:p", "w:r", "w:vMerge", "w:gridSpan", "w:t"], 2)
                    if chance.random() < 0.3:
                        xml = xml.replace(f"<{one}", f"<{other}").replace(f"</{one}", f"</{other}")
                    value = chance.choice(["-1", "99999999999", "x", "", "0"])
                    xml = xml.replace('w:val="', f'w:val="{value}', chance.randint(0, 4))
                    start = xml.find("<w:tr>", chance.randrange(len(xml)))
                    end = xml.find("</w:tr>", start)
                    if 0 < start < end:
                        xml = xml[:start] + xml[start : end + 7] * chance.randint(0, 3) + xml[end + 7 :]
            made.writestr(name, xml.encode("utf-8", "surrogateescape"))
    answered(out.getvalue())


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe"]))
def test_any_bytes(content: bytes, start: bytes) -> None:
    answered(start + content)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    answered(text.encode("utf-8", "surrogatepass"))
