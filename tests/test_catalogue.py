"""The tool that keeps the translations complete sees what is missing."""

import re

import pytest
from babel.messages import Catalog

from tools.catalogue import extracted, faults, load, unextractable


def catalogue(*messages: tuple[object, object], fuzzy: bool = False) -> Catalog:
    made = Catalog(locale="en")
    for said, translated in messages:
        made.add(said, translated, flags=["fuzzy"] if fuzzy else ())  # type: ignore[arg-type]
    return made


SAID = catalogue(("Đã ghi {code}.", None), (("{n} việc", "{n} việc của {unit}"), None))
RIGHT = (
    ("Đã ghi {code}.", "Recorded {code}."),
    (("{n} việc", "{n} việc của {unit}"), ("a task of {unit}", "{n} tasks of {unit}")),
)


def test_a_complete_catalogue_is_complete() -> None:
    assert list(faults(SAID, catalogue(*RIGHT))) == []


@pytest.mark.parametrize(
    ("translated", "fault"),
    [
        (catalogue(RIGHT[0]), "not in the catalogue"),
        (catalogue(RIGHT[1], ("Đã ghi {code}.", "")), "not translated"),
        (catalogue(RIGHT[1], ("Đã ghi {code}.", "Recorded {number}.")), "names differ"),
        (catalogue(RIGHT[1], ("Đã ghi {code}.", "Recorded.")), "names differ"),
        (catalogue(RIGHT[1], ("Đã ghi {code}.", "Recorded {code.")), "expected '}'"),
        (catalogue(RIGHT[0], (RIGHT[1][0], ("a task of {unit}", ""))), "not translated"),
        (catalogue(RIGHT[0], (RIGHT[1][0], ("a task of {unit}", "tasks of {unit}"))), "names differ"),
        (catalogue(*RIGHT, ("Câu cũ", "An old sentence")), "no longer said"),
        (catalogue(*RIGHT, fuzzy=True), "a guess"),
    ],
)
def test_what_is_wrong_is_seen(translated: Catalog, fault: str) -> None:
    assert any(found.startswith(fault) for found in faults(SAID, translated)), list(faults(SAID, translated))


def test_both_ways_of_saying_are_extracted() -> None:
    ids = {message.id for message in extracted()}
    assert "(gửi lại)" in ids
    assert any(isinstance(said, tuple) for said in ids)


def test_a_sentence_put_together_first_is_seen() -> None:
    source = '_(f"Đã ghi {x}")\nmany("một " + x, "hai", n)\n_("Đã ghi {x}", x=f"{y}")\n_(sentence)\n'
    assert unextractable(source) == [1, 2]


def test_a_sentence_inside_an_f_string_is_seen() -> None:
    source = 'said = f"{x} {_(\'Đã ghi\')}"\nf"{_(sentence)}: {y}"\nf"{name(_(\'Không\'))}"\n'
    assert unextractable(source) == [1, 3]


OUT_OF_TONE = re.compile(
    r"!|\b(em|(?<!đơn vị )mình|tôi|bạn|vi phạm|chậm trễ|chưa thực hiện)\b|[\U0001f300-\U0001faff☀-➿]", re.IGNORECASE
)


@pytest.mark.parametrize("said", ["Xong!", "Em chào chị", "nhắc giúp mình", "phòng vi phạm", "Đã ghi 👍"])
def test_a_sentence_out_of_tone_is_seen(said: str) -> None:
    assert OUT_OF_TONE.search(said)


def test_every_sentence_keeps_the_tone() -> None:
    ids = [message.id for message in extracted()]
    said = [form for forms in ids for form in (forms if isinstance(forms, tuple) else (forms,))]
    assert [form for form in said if OUT_OF_TONE.search(form)] == []
    english = [message.string for message in load("en") if message.id]
    assert [forms for forms in english if "!" in str(forms)] == []
