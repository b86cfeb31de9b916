"""The office's calendar, changed and put back in any order: every deadline's days are those of the oracle, which knows
nothing of the program; and what people may type for a day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from storage.models import Appointment, Deadline, Office
from tests.handlers.conftest import Conversation
from tests.year.oracle import Oracle, Owed, WorkDays

FIRST = date(2023, 6, 1)
near = st.integers(0, 40).map(lambda n: FIRST + timedelta(days=n))
acts = st.one_of(
    st.tuples(st.just("nghỉ"), near),
    st.tuples(st.just("làm"), near),
    st.tuples(st.just("đổi"), near, near),
    st.just(("hoàn tác",)),
)


class Book:
    """The calendar as the office wrote it into a book of its own: what is worked otherwise than nationally, and how it
    was before each change."""

    def __init__(self) -> None:
        self.national = WorkDays.from_file()
        self.said: dict[date, bool] = {}
        self.before: list[dict[date, bool]] = []

    def worked(self, day: date) -> bool:
        return self.said.get(day, self.national.worked(day))

    def days(self) -> WorkDays:
        off = {day for day, works in self.said.items() if not works}
        work = {day for day, works in self.said.items() if works}
        return WorkDays((self.national.off | off) - work, (self.national.work | work) - off)

    def take(self, act: tuple[str | date, ...]) -> str:
        """Do what is possible of `act`; the sentence that asks the bot for it, empty when there is nothing to undo."""
        what, *days = act
        if what == "hoàn tác":
            if self.before:
                self.said = self.before.pop()
                return "hoàn tác"
            return ""
        wanted = {"nghỉ": [False], "làm": [True], "đổi": [False, True]}[str(what)]
        pairs = [(day, works) for day, works in zip(days, wanted, strict=True) if isinstance(day, date)]
        if len(set(days)) == len(days) and all(self.worked(day) is not works for day, works in pairs):
            self.before.append(dict(self.said))
            self.said |= dict(pairs)
        return f"lịch {what} " + " ".join(f"{day:%d/%m/%Y}" for day, _works in pairs)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(acts, min_size=1, max_size=6))
def test_any_sequence_of_changes(office: Conversation, said: list[tuple[str | date, ...]]) -> None:
    book = Book()
    with office.session.begin_nested() as attempt:
        for act in said:
            if sentence := book.take(act):
                assert office.say("Lan", sentence), sentence
        oracle = Oracle(book.days(), [])
        open_ones = select(Deadline).where(col(Deadline.done_at).is_(None), col(Deadline.due).is_not(None))
        for row in office.session.exec(open_ones):
            owed = Owed(row.code, "A", "", row.kind.value, "KH1", office.now, row.due, row.strict, row.hour)
            assert (row.aim_day, row.last_day) == (oracle.aim(owed), oracle.last(owed)), (said, row.due, row.strict)
        mornings = select(Appointment.speaks_at).where(Appointment.kind == "digest")
        for at in office.session.exec(mornings):
            assert book.worked(at.date()), (said, at)
        attempt.rollback()


@pytest.mark.parametrize(
    ("said", "off"),
    [
        ("lịch nghỉ 05/6", ["2023-06-05"]),
        ("Lịch nghỉ ngày 05/06/2023", ["2023-06-05"]),
        ("lich nghi 5/6, 7/6", ["2023-06-05", "2023-06-07"]),
        ("lịch nghỉ 5, 7/6/2023", ["2023-06-05", "2023-06-07"]),
        ("lịch nghỉ 05/6 và 07/6/2023", ["2023-06-05", "2023-06-07"]),
        ("lịch nghỉ 05/6-07/6", ["2023-06-05", "2023-06-06", "2023-06-07"]),
        ("lịch nghỉ từ 08/6 đến hết 12/6/2023", ["2023-06-08", "2023-06-09", "2023-06-12"]),
        ("lịch đổi 05/6 10/6", ["2023-06-05"]),
        ("lịch đổi 05/6 sang 10/6", ["2023-06-05"]),
        ("lịch đổi ngày 05/06/2023, làm bù ngày 10/06/2023", ["2023-06-05"]),
        ("lịch nghỉ 02/01", ["2024-01-02"]),
        ("lịch nghỉ mai", ["2023-06-02"]),
    ],
)
def test_days_as_people_type_them(office: Conversation, said: str, off: list[str]) -> None:
    answer = office.say("Lan", said)[0]
    assert answer.startswith("Lịch cơ quan: nghỉ"), answer
    days = office.session.exec(select(Office)).one().days
    assert sorted(day for day, kind in days.items() if kind.startswith("off")) == off


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("lịch nghỉ 31/6", "31/6 không có trong lịch"),
        ("lịch nghỉ 05/13/2023", "05/13 không có trong lịch"),
        ("lịch nghỉ 29/5/2023", "Ngày này đã qua"),
        ("lịch nghỉ 29/5-05/6/2023", "Ngày này đã qua"),
        ("lịch nghỉ 05/6/2026", "Lịch chỉ ghi được đến hết năm 2025"),
        ("lịch nghỉ 05/6-05/9", "Mỗi lần chỉ ghi được 31 ngày"),
        ("lịch nghỉ 04/6", "Chủ nhật 04/6 đã là ngày nghỉ"),
        ("lịch làm 05/6", "Thứ Hai 05/6 đã là ngày làm việc"),
        ("lịch đổi 05/6", "Xin ghi ngày nghỉ rồi ngày làm bù"),
        ("lịch đổi 05/6 06/6", "Thứ Ba 06/6 đã là ngày làm việc"),
        ("lịch đổi 04/6 10/6", "Chủ nhật 04/6 đã là ngày nghỉ"),
        ("lịch đổi 05/06&06/06 10/06", "Xin ghi ngày nghỉ rồi ngày làm bù"),
        ("lịch đổi 05/6 05/6", "Xin ghi ngày nghỉ rồi ngày làm bù"),
        ("lịch đúng 2023", "Năm 2023 không có ngày dự kiến"),
        ("lịch 2019", "Lịch có từ năm 2021"),
    ],
)
def test_days_that_cannot_be(office: Conversation, said: str, answer: str) -> None:
    assert office.say("Lan", said)[0].startswith(answer)


def test_a_result_that_is_taken_back_is_owed_by_the_days_of_now(office: Conversation) -> None:
    office.say("Minh", "xong 70")
    office.say("Lan", "lịch nghỉ 05/06/2023")
    assert office.deadline(70).last_day == date(2023, 6, 5)
    office.say("Minh", "hoàn tác")
    assert (office.deadline(70).aim_day, office.deadline(70).last_day) == (date(2023, 6, 2), date(2023, 6, 6))


def test_an_extension_is_taken_back_although_its_day_moved(office: Conversation) -> None:
    office.say("Minh", "gia hạn 70 đến 12/6 vì chờ số liệu")
    office.say("Lan", "duyệt 70")
    office.say("Lan", "lịch nghỉ 12/06/2023")
    assert office.deadline(70).last_day == date(2023, 6, 13)
    office.say("Lan", "hoàn tác")
    assert office.deadline(70).last_day == date(2023, 6, 12)
    office.say("Lan", "lịch nghỉ 05/06/2023")
    office.say("Lan", "hoàn tác")
    assert office.say("Lan", "hoàn tác")[0].startswith("Đã hoàn tác: duyệt gia hạn việc 70")
    assert office.deadline(70).last_day == date(2023, 6, 5)


def test_what_is_expected_is_confirmed_for_a_year(office: Conversation) -> None:
    """31/8/2026 is expected to be off and 22/8 to be worked for it; until that is confirmed the Saturday is free."""
    office.now = datetime(2026, 8, 3, 2, 0, tzinfo=UTC)
    shown = office.say("Lan", "lịch 2026")[0]
    assert "Thứ Hai 31/8: nghỉ (dự kiến)" in shown or "Thứ Hai 31/8: Quốc khánh (dự kiến)" in shown
    assert "Thứ Bảy 22/8: làm bù (dự kiến, chưa tính)" in shown
    assert "lịch đúng 2026" in shown
    answer = office.say("Lan", "lịch đúng 2026")[0]
    assert answer.startswith("Lịch cơ quan: 2 ngày nghỉ dự kiến năm 2026 được xác nhận. Làm bù thứ Bảy 22/8.")
    shown = office.say("Lan", "lịch 2026")[0]
    assert "dự kiến" not in shown
    assert "Thứ Bảy 22/8: làm việc" in shown
    assert office.say("Lan", "hoàn tác")[0].startswith("Đã hoàn tác: xác nhận lịch năm 2026")
    assert "Thứ Bảy 22/8: làm bù (dự kiến, chưa tính)" in office.say("Lan", "lịch 2026")[0]
    far = office.say("Lan", "lịch 2028")[0]
    assert "Thứ Hai 24/1 đến thứ Sáu 28/1: Tết Nguyên đán (dự kiến)" in far


def test_what_moved_is_shown_again_whatever_was_decided_since_that_moves_nothing(office: Conversation) -> None:
    office.say("Lan", "lịch nghỉ 05/06/2023")
    moved = office.say("Lan", "hạn đổi")[0]
    assert "12 hạn đổi ngày:" in moved
    for who, said in (("Minh", "nhắc QLVH trước 5,1 ngày"), ("Lan", "quy ước sắp đến hạn 5 ngày")):
        assert office.say(who, said)
        assert office.say("Lan", "hạn đổi")[0] == moved


def test_reminders_that_are_put_back_come_when_they_did(office: Conversation) -> None:
    def hours() -> set[int]:
        query = select(Appointment.speaks_at).where(Appointment.kind == "digest")
        return {at.astimezone(UTC).hour for at in office.session.exec(query)}

    office.say("Lan", "nhắc lúc 7h")
    assert hours() == {0}
    office.say("Lan", "hoàn tác")
    assert hours() == {1}
