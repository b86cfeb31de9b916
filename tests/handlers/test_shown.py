"""Files shown for a result: how many, how large, and never one with a mark of secrecy."""

import pytest
from sqlmodel import select

from channels import FILE_LIMIT, File
from storage.models import Evidence
from tests.handlers.conftest import Conversation

REPORT = File("bao_cao.jpg", 3, content=b"one")


def shown(office: Conversation) -> list[str]:
    return [evidence.name for evidence in office.session.exec(select(Evidence))]


@pytest.mark.parametrize("said", ["xong 70 MẬT", "xong 70 (mật)", "xong 70, TỐI MẬT", "MẬT xong 70"])
def test_a_classified_caption_is_refused(office: Conversation, said: str) -> None:
    office.say("Minh", said, files=(REPORT,))
    assert (shown(office), office.done()) == ([], set())


@pytest.mark.parametrize("name", ["CV MẬT 45.pdf", "TUYET_MAT.pdf", "bc_MAT_2023.pdf"])
def test_a_classified_name_is_refused(office: Conversation, name: str) -> None:
    assert "độ mật" in office.say("Minh", "xong 70", files=(File(name, 3, content=b"one"),))[0]
    assert (shown(office), office.done()) == ([], set())


@pytest.mark.parametrize("name", ["bao mat.jpg", "Bảo mật.jpg", "KE HOACH BẢO MẬT.jpg", "mat khau.jpg"])
def test_words_that_are_no_mark(office: Conversation, name: str) -> None:
    office.say("Minh", "xong 70", files=(File(name, 3, content=b"one"),))
    assert shown(office) == [name]


def test_too_large(office: Conversation) -> None:
    office.say("Minh", "xong 70", files=(File("bc.jpg", FILE_LIMIT + 1),))
    assert (shown(office), office.done()) == ([], set())


def test_too_many(office: Conversation) -> None:
    office.say("Minh", "xong 70", files=(REPORT,))
    for _ in range(12):
        office.say("Minh", "xong 70 bổ sung", files=(REPORT,))
    assert len(shown(office)) == 10


def test_nobody_without_the_right_is_even_read(office: Conversation) -> None:
    office.say("Thu", "xong 70", files=(REPORT,))
    office.say("Minh", "xong 56", files=(REPORT,))
    assert (shown(office), office.done()) == ([], set())
