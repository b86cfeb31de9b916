"""What the page is to an office on Zalo: there the bot has no buttons, sends no files and no long messages, and in a
group hears only who calls it by name or answers it, never which of its messages was answered."""

from dataclasses import replace

from channels import File, listed, printed
from channels.page.transcript import Line
from channels.zalo import LIMIT
from channels.zalo_parts import Style, parts
from channels.zalo_updates import without
from lang.text import SOURCE, speaking


def seen(line: Line, call: str, files: str) -> list[Line]:
    """The messages that one of the page is on Zalo; the last has its id. `files` and the id are where its file is."""
    if line.who:
        return [line]
    with speaking(SOURCE):
        body = line.text
        for name, size in line.files:
            body = listed(body, File(name, size, url=files + line.id))
        text = printed(body, line.actions, "" if line.chat.startswith("me:") else call)
        said = [
            replace(line, id=f"{line.id}.{n}", text=part, bold=_bold(part, styles), actions=(), files=())
            for n, (part, styles) in enumerate(parts(text, line.bold, LIMIT, len(body)), 1)
        ]
    return [*said[:-1], replace(said[-1], id=line.id)] if said else [line]


def whole(id: str) -> str:
    """The message that one on Zalo is, or is a part of."""
    return id.partition(".")[0]


def calls(text: str, call: str) -> bool:
    """Whether the bot is called by its name in `text`."""
    return without_call(text, call) != text


def without_call(text: str, call: str) -> str:
    return without(text, [call.removeprefix("@")])


def _bold(text: str, styles: list[Style]) -> tuple[tuple[int, int], ...]:
    """The spans of a message in code points, which Zalo counts in UTF-16 units."""
    code = text.encode("utf-16-le")

    def points(units: int) -> int:
        return len(code[: 2 * units].decode("utf-16-le"))

    return tuple(
        (points(start), points(start + length) - points(start))
        for start, length in ((one["start"], one["len"]) for one in styles)
        if isinstance(start, int) and isinstance(length, int)
    )
