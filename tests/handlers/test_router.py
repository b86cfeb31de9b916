"""Every sentence that the bot prints is understood by the bot; two commands cannot claim the same words."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from handlers import LONGEST_ACTION, Router, TwoCommands, load
from handlers.talk import Command

ROUTER = load()
DIALOGUES = Path(__file__).parents[1] / "dialogues"
ANSWERS = re.compile(r"đúng KH\d+")
"""What is understood only as the answer to a question: the dialogue «co_quan_moi» presses it."""


def buttons() -> set[str]:
    lines = (line for file in DIALOGUES.glob("*.txt") for line in file.read_text("utf-8").splitlines())
    return {
        button
        for line in lines
        if re.fullmatch(r"    (\[[^\]]+\] ?)+", line)
        for button in re.findall(r"\[([^\]]+)\]", line)
        if button != "…"  # any
    }


def test_buttons() -> None:
    assert len(buttons()) > 30
    for button in buttons():
        assert len(button.encode()) <= LONGEST_ACTION, button
        route = ROUTER.route(button)
        assert ANSWERS.fullmatch(button) or (route is not None and not route.slip), button


@pytest.mark.parametrize("command", ROUTER.commands, ids=lambda command: command.name)
def test_examples(command: Command) -> None:
    forms = [command.example, f"/{command.slash}", command.name, command.name.upper(), *command.says]
    for said in forms:
        route = ROUTER.route(said)
        assert route is not None, said
        assert route.command is command, said
        assert not route.slip
    assert re.fullmatch(r"[a-z]{2,32}", command.slash), "Telegram's menu takes nothing else"


@pytest.mark.parametrize("said", ["xong", "XONG", "nộp rồi", "nop roi"])
def test_two_commands_with_the_same_words(said: str) -> None:
    thief = replace(ROUTER.commands[0], name="lạ", slash="", says=(said,))
    with pytest.raises(TwoCommands):
        Router([*ROUTER.commands, thief], {})


def test_help_has_an_order() -> None:
    places = [command.place for command in ROUTER.commands]
    assert len(set(places)) == len(places)
