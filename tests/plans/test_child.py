"""The reader in a child process: the same draft, and whatever a file does stays in the child."""

import asyncio
import pickle
from pathlib import Path

import pytest

from plans import Draft, Unreadable, child, reader

PLAN = (Path(__file__).parents[2] / "bot" / "sample" / "ke_hoach_2023.txt").read_bytes()


def test_the_same_draft_as_in_this_process() -> None:
    assert child.read(PLAN, "ke_hoach.txt") == reader.read(PLAN, "ke_hoach.txt")
    assert child.read(PLAN, "ke_hoach.txt", 2024).year == 2024


def test_a_refusal_comes_back_with_its_code() -> None:
    with pytest.raises(Unreadable) as refused:
        child.read("MẬT\n".encode(), "x")
    assert refused.value.code == "classified"


async def test_from_a_thread_of_an_async_program_several_at_once() -> None:
    drafts = await asyncio.gather(*(asyncio.to_thread(child.read, PLAN, "x") for _ in range(3)))
    assert {len(draft.tasks) for draft in drafts} == {43}


def test_a_child_that_takes_too_long_is_ended() -> None:
    with pytest.raises(Unreadable, match="took_too_long"):
        child.read(PLAN, "x", seconds=0.02)


def test_a_child_without_memory_dies_alone() -> None:
    with pytest.raises(Unreadable, match="took_too_long"):
        child.read(PLAN, "x", memory_mb=16)


def test_only_a_draft_may_come_out_of_the_child() -> None:
    with pytest.raises(Unreadable, match="damaged"):
        child.answer(b"D" + pickle.dumps(Path("/etc/passwd")), Draft)
    with pytest.raises(Unreadable, match="damaged"):
        child.answer(b"D" + pickle.dumps({"not": "a draft"}), Draft)
