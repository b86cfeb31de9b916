"""Letters that no database can hold."""

from dataclasses import replace

from bot.hearing import storable
from tests.app.messenger import Messenger


def test_what_cannot_be_stored_is_left_out_and_nothing_else() -> None:
    messenger = Messenger()
    clean = messenger.decode(messenger.update("QLVH", "minh", "Đã nộp, số 4/BC 😀\n").body)
    assert clean is not None
    assert storable(clean) == clean
    assert storable(replace(clean, text="a\0b\ud83d")).text == "ab?"
