"""Playing dialogue files from the command line, each in a fresh office."""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.hands import TerminalHands
from bot.play import BadDialogue, Player, compare, parse, record
from lang.text import _
from storage.db import Database
from storage.migrate import upgrade

DIFFERENT = 1
UNREADABLE = 2


def rehearse(file: Path, url: str | None, recording: bool) -> int:
    """Play one file on the terminal channel; the exit code: 0 as written, 1 the bot said something else, 2 not
    readable."""
    with TemporaryDirectory() as folder:
        database = Database(url or f"sqlite:///{Path(folder) / 'play.db'}")
        try:
            upgrade(database)
            dialogue = parse(file.read_text("utf-8"))
            said = asyncio.run(Player(dialogue, TerminalHands(), database, file.parent).play())
        except (BadDialogue, OSError) as error:
            print(f"{file}: {error}", file=sys.stderr)
            return UNREADABLE
        finally:
            database.close()
    if recording:
        file.write_text(record(dialogue, said), "utf-8")
        return 0
    difference = compare(dialogue, said)
    if difference:
        print(f"{file}\n{difference}")
        return DIFFERENT
    print(_("{file}: đúng như ghi", file=file))
    return 0
