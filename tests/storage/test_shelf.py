"""What is kept is kept once, whole, under no name of its sender's; what nobody shows for anything does not stay."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.keeping import keeping
from channels import Address, File, Incoming, Sender
from storage.shelf import Shelf, name_of


def kept(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def sent(*contents: bytes) -> Incoming:
    files = tuple(File("../../bao cao.docx", len(content), content=content) for content in contents)
    return Incoming("terminal", "1", Address("minh"), True, Sender("minh", "Minh"), files=files)


def test_the_same_content_is_kept_once(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    assert shelf.keep(b"one") == shelf.keep(b"one") == name_of(b"one")
    assert shelf.read(name_of(b"one")) == b"one"
    assert kept(tmp_path) == [name_of(b"one")]
    shelf.drop(name_of(b"one"))
    shelf.drop(name_of(b"one"))
    assert shelf.read(name_of(b"one")) is None


@pytest.mark.parametrize("fails", [False, True])
async def test_what_nobody_shows_goes(tmp_path: Path, *, fails: bool) -> None:
    async def within(work: Any) -> set[str]:
        return {name_of(b"held")}

    keeper: Any = SimpleNamespace(shelf=Shelf(tmp_path), within=within)
    try:
        async with keeping(keeper, sent(b"held", b"loose")):
            assert len(kept(tmp_path)) == 2
            if fails:
                raise ValueError
    except ValueError:
        assert fails
    assert kept(tmp_path) == [name_of(b"held")]
