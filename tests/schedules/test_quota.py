"""The rule of what may still be said in a month: whatever is asked for in whatever order, digests are what is kept."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from schedules.quota import Room, What, month_of, runs_out, turn

asked = st.lists(st.tuples(st.sampled_from(What), st.integers(1, 4)), max_size=120)


@given(st.integers(0, 60), st.integers(0, 40), st.integers(0, 60), asked)
def test_never_more_than_there_are_and_digests_last(
    most: int, reserve: int, heard: int, wanted: list[tuple[What, int]]
) -> None:
    room, left = Room(heard, most, reserve), max(most - heard, 0)
    assert room.left == left
    for what, messages in wanted:
        said = room.allows(what, messages)
        if said:
            left -= messages
            room = room.after(messages)
            assert left >= 0
        assert room.left == left
        if what is What.DIGEST:
            assert said == (left + messages * said >= messages), (
                "a digest is said while there is anything to say it with"
            )
        elif said:
            assert left >= (reserve if what is What.PUSHED else reserve // 2)
        if said:
            assert Room(0, left + messages, reserve).allows(What.DIGEST, messages), "a digest would have been too"


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 40), st.sampled_from(What))
def test_more_room_never_allows_less(used: int, most: int, reserve: int, what: What) -> None:
    less, more = Room(used, most, reserve), Room(used, most + 1, reserve)
    assert more.allows(what) or not less.allows(what)
    assert not Room(used, most, reserve, refused=True).allows(what)


def test_a_month_begins_at_midnight_in_hanoi() -> None:
    last = datetime(2023, 6, 30, 16, 59, tzinfo=UTC)  # 23:59 there
    first = datetime(2023, 6, 30, 17, 0, tzinfo=UTC)
    assert (month_of(last), month_of(first)) == (date(2023, 6, 1), date(2023, 7, 1))
    assert turn(last) == first
    assert turn(first) == datetime(2023, 7, 31, 17, 0, tzinfo=UTC)
    assert turn(datetime(2023, 12, 31, 3, 0, tzinfo=UTC)) == datetime(2023, 12, 31, 17, 0, tzinfo=UTC)


def test_when_it_runs_out() -> None:
    tenth = datetime(2023, 6, 10, 17, 0, tzinfo=UTC)  # ten days of June are over
    assert runs_out(1000, 2000, tenth) == date(2023, 6, 21)
    assert runs_out(1000, 3000, tenth) is None
    assert runs_out(0, 3000, tenth) is None
