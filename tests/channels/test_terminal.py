"""What only the terminal has: lines typed, Ctrl-D, a run after another."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from io import BytesIO, TextIOWrapper

import pytest

from channels import Address, Incoming, Raw, Reply, Sender
from channels.terminal import TerminalChannel, keyboard
from tests.channels.conftest import Ear
from tests.patience import PATIENCE

LAN = Sender("lan", "Lan")


async def typed(*lines: str) -> AsyncIterator[str]:
    for line in lines:
        yield line


async def heard(*lines: str) -> list[Incoming]:
    """What the bot hears when these lines are typed and then Ctrl-D."""
    terminal, raws = TerminalChannel(typed(*lines), you=LAN), list[Raw]()

    async def keep(kept: Sequence[Raw]) -> None:
        raws.extend(kept)

    await asyncio.wait_for(terminal.listen(keep), PATIENCE)
    return [terminal.decode(raw.body) for raw in raws]


@pytest.mark.parametrize(
    ("line", "address", "text", "addressed"),
    [
        ("xong 12\n", Address("lan"), "xong 12", True),
        ("@vhtt xong 12\n", Address("vhtt"), "xong 12", False),
        ("@vhtt /xong 12\n", Address("vhtt"), "/xong 12", True),
        ("@vhtt @NhacViec, xong 12\n", Address("vhtt"), "xong 12", True),
        ("@nhacviec xong 12\n", Address("lan"), "xong 12", True),
        ("@vhtt\n", Address("lan"), "@vhtt", True),
    ],
)
async def test_a_line_typed(line: str, address: Address, text: str, addressed: bool) -> None:
    (said,) = await heard(line)
    assert (said.address, said.text, said.addressed) == (address, text, addressed)
    assert (said.private, said.sender) == (address.chat == "lan", LAN)


async def test_empty_lines_say_nothing_and_ctrl_d_ends() -> None:
    assert [said.text for said in await heard("\n", "việc\n", "   \n", "quá hạn")] == ["việc", "quá hạn"]


async def test_what_the_bot_says_is_printed_with_its_answers() -> None:
    printed: list[str] = []
    terminal = TerminalChannel(write=printed.append, you=LAN)
    await terminal.send(Address("lan"), Reply("Quá hạn\n12 Báo cáo", ((0, 7),), ("xong 12", "gia hạn 12 đến 08/6")))
    await terminal.send(Address("vhtt"), Reply("Đã ghi nhận."))
    assert printed == ["Quá hạn\n12 Báo cáo\nTrả lời: xong 12 / gia hạn 12 đến 08/6", "[vhtt] Đã ghi nhận."]


@pytest.mark.parametrize("answers", ["Trả lời: duyệt 14 / không duyệt 14", "Trả lời: không duyệt 14 / duyệt 14 / thôi"])
async def test_answers_that_the_text_ends_with_are_not_said_twice(answers: str) -> None:
    printed: list[str] = []
    terminal = TerminalChannel(write=printed.append, you=LAN)
    await terminal.send(Address("lan"), Reply(f"Xin gia hạn\n{answers}", actions=("duyệt 14", "không duyệt 14")))
    await terminal.send(Address("lan"), Reply(f"Xin gia hạn\n{answers}", actions=("duyệt 14", "trả lại 14")))
    assert printed == [f"Xin gia hạn\n{answers}", f"Xin gia hạn\n{answers}\nTrả lời: duyệt 14 / trả lại 14"]


async def test_ids_differ_from_run_to_run() -> None:
    """The office's database outlives a run, and takes a known id for a message already heard."""
    ids = set()
    for _run in range(3):
        terminal = TerminalChannel(you=LAN, write=None)
        ids |= {terminal.say(LAN, Address("lan"), True, "xong 12"), await terminal.send(Address("lan"), Reply("Đã"))}
    assert len(ids) == 6


async def test_what_was_said_before_anyone_listened_is_heard_in_order() -> None:
    terminal = TerminalChannel(write=None)
    for n in range(3):
        terminal.say(LAN, Address("lan"), True, f"xong {n}")
    async with Ear(terminal) as ear:
        assert [(await ear.next()).text for _ in range(3)] == ["xong 0", "xong 1", "xong 2"]


async def test_the_keyboard_ends_with_its_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(b"xong 12\n" + b"\xff\xfe\n" + "việc".encode())))
    assert [line async for line in keyboard()] == ["xong 12\n", "\ufffd\ufffd\n", "việc"]
