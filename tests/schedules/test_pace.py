"""The pacer against a messenger that counts: it never has to refuse, and never waits for long."""

import random
from bisect import bisect_left
from collections import defaultdict

import pytest

from channels import Pace, Rate
from schedules.pace import Pacer

TELEGRAM = Pace(overall=(Rate(30, 1),), private=(Rate(1, 1),), group=(Rate(1, 1), Rate(20, 60)))


class Hand:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def pacer(hand: Hand) -> Pacer:
    return Pacer(TELEGRAM, hand)


def says(pacer: Pacer, chat: int, messages: int = 1, *, private: bool = False) -> None:
    pacer.begin(chat, messages, private=private)
    pacer.end(chat, messages)


def test_one_a_second_in_a_chat(pacer: Pacer, hand: Hand) -> None:
    says(pacer, 7, private=True)
    assert pacer.full() == {7}
    assert pacer.opens() == pytest.approx(1)
    hand.now += 0.99
    assert pacer.full() == {7}
    hand.now += 0.02
    assert pacer.full() == set()
    assert pacer.opens() is None


def test_twenty_a_minute_in_a_group_and_no_such_limit_with_a_person(pacer: Pacer, hand: Hand) -> None:
    for _nth in range(20):
        says(pacer, 1)
        says(pacer, 2, private=True)
        hand.now += 1.5
    assert pacer.full() == {1}
    assert pacer.opens() == pytest.approx(30)
    hand.now += 30.1
    assert pacer.full() == set()


def test_a_full_group_delays_no_other(pacer: Pacer) -> None:
    says(pacer, 1)
    assert pacer.room() == 29
    assert pacer.full() == {1}


def test_what_is_on_its_way_counts_until_a_window_after_its_answer(pacer: Pacer, hand: Hand) -> None:
    """Nobody knows when on its long way the messenger counted it."""
    for chat in range(30):
        pacer.begin(chat, 1, private=True)
    hand.now += 50
    assert pacer.room() == 0
    assert pacer.opens() is None, "an answer is waited for"
    pacer.end(0, 1)
    hand.now += 0.5
    assert pacer.room() == 0
    assert pacer.opens() == pytest.approx(0.5)
    hand.now += 0.6
    assert pacer.room() == 1


def test_an_answer_that_is_noted_late_counts_from_when_it_came(pacer: Pacer, hand: Hand) -> None:
    pacer.begin(1, 1, private=True)
    hand.now += 5
    pacer.end(1, 1, at=hand.now - 4)
    assert pacer.full() == set()


def test_a_long_message_costs_several(pacer: Pacer, hand: Hand) -> None:
    for _nth in range(18):
        says(pacer, 1)
        hand.now += 1
    assert pacer.wait(1, 2) == 0
    assert pacer.wait(1, 3) == pytest.approx(42)
    assert pacer.wait(1, 500) > 42, "and one that is longer than all that may be said waits for silence, not for ever"
    says(pacer, 2, 5)
    assert pacer.room() == 30 - 5


def test_a_pause_is_for_all_and_the_longest_holds(pacer: Pacer, hand: Hand) -> None:
    pacer.pause(5)
    pacer.pause(2)
    assert pacer.room() == 0
    assert pacer.opens() == pytest.approx(5)
    hand.now += 5.1
    assert pacer.room() == 30


def test_without_limits_nothing_waits(hand: Hand) -> None:
    pacer = Pacer(Pace(), hand)
    for _nth in range(1000):
        says(pacer, 1)
    assert pacer.room() > 1000
    assert (pacer.full(), pacer.opens(), pacer.wait(1, 9)) == (set(), None, 0)


def test_what_is_over_is_forgotten(pacer: Pacer, hand: Hand) -> None:
    for chat in range(500):
        says(pacer, chat)
        hand.now += 1
        pacer.full()
    assert len(pacer._chats) < 150


@pytest.mark.parametrize("seed", range(3))
def test_a_thousand_to_two_hundred_groups_in_any_order(seed: int) -> None:
    """A messenger counts each message at some moment between its leaving and its answer, in sliding windows: it finds
    nothing to refuse, and all takes little more than it must."""
    dice, hand = random.Random(seed), Hand()
    pacer, began = Pacer(TELEGRAM, hand), hand.now
    waiting = [nth % 200 if seed == 0 else nth // 5 for nth in range(1000)]
    if seed == 2:
        dice.shuffle(waiting)
    counted: dict[int, list[float]] = defaultdict(list)
    on_way: list[tuple[float, int]] = []
    while waiting or on_way:
        for at, chat in [one for one in on_way if one[0] <= hand.now]:
            on_way.remove((at, chat))
            pacer.end(chat, 1, at)
        shut = pacer.full() | {chat for _at, chat in on_way}
        while len(on_way) < 4 and pacer.room() and (free := [chat for chat in waiting if chat not in shut]):
            lately = pacer.lately()
            chat = next((chat for chat in free if chat not in lately), free[0])
            waiting.remove(chat)
            pacer.begin(chat, 1, private=False)
            shut.add(chat)
            answer = hand.now + dice.uniform(0.002, 0.03)
            on_way.append((answer, chat))
            counted[chat].append(dice.uniform(hand.now, answer))
        hand.now = min([at for at, _chat in on_way] or [hand.now + (pacer.opens() or 0.001)])
    everything = sorted(at for moments in counted.values() for at in moments)
    assert most_within(everything, 1) <= 30
    assert all(most_within(sorted(moments), 1) == 1 for moments in counted.values())
    assert hand.now - began <= 1.05 * 1000 / 30


def most_within(moments: list[float], seconds: float) -> int:
    return max(nth + 1 - bisect_left(moments, at - seconds) for nth, at in enumerate(moments))
