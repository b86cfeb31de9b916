"""Who may say that a co-operating unit has sent its part: against a grid written out by hand."""

import pytest
from sqlmodel import select

from storage.models import Contribution, Office
from tests.handlers.conftest import Conversation
from tests.handlers.test_authority import PLACES, ROLES, cells, people

HELPED = {"own": "46", "other": "49"}
"""Thanh tra leads both; QLVH co-operates on the one, TCPC on the other."""
GRIDS = {
    "xong {code}": """
private   own YYY-----  other --------
unit      own YYYYYYYY  other --------
office    own --------  other --------
unlinked  own --------  other --------
""",
    "đã gửi phần phối hợp {code}": """
private   own YYY-----  other --------
unit      own YYYYYYYY  other --------
office    own --------  other --------
unlinked  own --------  other --------
""",
    "xong {code} thay {unit}": """
private   own YYYY----  other ---Y----
unit      own YYYYYYYY  other --------
office    own ---Y----  other ---Y----
unlinked  own --------  other --------
""",
}
UNITS = {"own": "QLVH", "other": "TCPC"}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("sentence", GRIDS)
def test_who_may_say_that_a_part_was_sent(office: Conversation, sentence: str, place: str) -> None:
    people(office)
    office.session.exec(select(Office)).one().help_days = 3
    for (where, whose), letters in cells(GRIDS[sentence]).items():
        if where != place:
            continue
        may = ""
        for name in ROLES:
            with office.session.begin_nested() as attempt:
                office.say(name, sentence.format(code=HELPED[whose], unit=UNITS[whose]), PLACES[place])
                may += "Y" if office.session.exec(select(Contribution)).first() else "-"
                attempt.rollback()
        assert may == letters, f"{sentence}, {place}, {whose}"
        assert not office.done() & {46, 49}, "the deadline itself is never closed"


def test_nobody_sends_what_has_no_day_of_its_own(office: Conversation) -> None:
    office.say("Minh", "xong 46")
    office.session.exec(select(Office)).one().help_days = 3
    office.say("Minh", "xong 70")
    assert office.session.exec(select(Contribution)).first() is None
    assert office.done() == {70}


def test_several_at_once_each_as_what_it_is(office: Conversation) -> None:
    office.session.exec(select(Office)).one().help_days = 3
    said = "\n".join(office.say("Minh", "xong 70, 46, 49"))
    assert "Đã ghi nhận 70" in said
    assert "Đã ghi nhận phần phối hợp của Phòng Quản lý Văn hóa: 46" in said
    assert "việc 49" in said
    assert office.done() == {70}
    assert len(office.session.exec(select(Contribution)).all()) == 1
    office.say("Minh", "hoàn tác")
    assert office.done() == set()
    assert office.session.exec(select(Contribution)).first() is None
