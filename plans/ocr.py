"""Pages that are pictures, recognised with Tesseract's Vietnamese model where the machine has it."""

import csv
import io
import os
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from typing import Any

import pypdfium2
from PIL import Image, ImageDraw

from plans import Unreadable
from plans.layout import Page, Word, drawn

_LANGUAGE = "vie"
_DOTS = 200 / 72
_SECONDS_A_PAGE = 60
_BLOCK = 32
_DARK = 128
_SURE = 20.0
# How Tesseract is told to look at a picture: words anywhere on it, or lines of one block.
_SPARSE, _BLOCK_OF_TEXT = "11", "6"
_INSET = 2.0


@cache
def available() -> bool:
    """Whether `tesseract` with its Vietnamese model is on this machine."""
    program = shutil.which("tesseract")
    if program is None:
        return False
    try:
        listed = subprocess.run([program, "--list-langs"], capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return _LANGUAGE in listed.stdout.split()


def pages(content: bytes, numbers: list[int]) -> Iterator[tuple[int, Page]]:
    """The pages `numbers` (from 0) of the PDF `content` with the words recognised on them and the lines drawn on them.

    Raises Unreadable(took_too_long) when a page takes more than a minute.
    """
    document = pypdfium2.PdfDocument(content)
    try:
        for number in numbers:
            page = document[number]
            width, height = page.get_size()
            picture = page.render(scale=min(_DOTS, 4000 / max(width, height)), grayscale=True).to_pil().convert("L")
            scale = picture.width / width
            words = list(_words(picture, scale, _SPARSE))
            # A row of bold letters is as dark as a line: what was read is wiped out before lines are looked for.
            wipe = ImageDraw.Draw(picture)
            for word in words:
                wipe.rectangle([side * scale for side in (word.x0, word.top, word.x1, word.bottom)], fill=255)
            edges = list(_edges(picture, scale))
            words += _missed(picture, edges, words, scale)
            yield number, Page(words, edges, width, height)
    finally:
        document.close()


def _missed(picture: Image.Image, edges: list[dict[str, Any]], words: list[Word], scale: float) -> Iterator[Word]:
    """What stands in the cells in which no word was read: a lone «1» or «a» is easily taken for a speck. `picture` has
    what was read wiped out."""
    rest = Image.new("L", picture.size, 255)
    for x0, top, x1, bottom in (cell for table in drawn(edges) for cell in table):
        inside = (x0 + _INSET, top + _INSET, x1 - _INSET, bottom - _INSET)
        box = tuple(round(side * scale) for side in inside)
        if box[0] >= box[2] or box[1] >= box[3]:
            continue
        if any(x0 <= (word.x0 + word.x1) / 2 <= x1 and top <= (word.top + word.bottom) / 2 <= bottom for word in words):
            continue
        part = picture.crop(box)
        if part.getextrema()[0] < _DARK:
            rest.paste(part, box)
    if rest.getextrema()[0] < _DARK:
        yield from _words(rest, scale, _BLOCK_OF_TEXT)


def _words(picture: Image.Image, scale: float, layout: str) -> Iterator[Word]:
    sent = io.BytesIO()
    picture.save(sent, "PNG")
    try:
        said = subprocess.run(
            ["tesseract", "stdin", "stdout", "-l", _LANGUAGE, "--psm", layout, "tsv"],
            input=sent.getvalue(),
            capture_output=True,
            timeout=_SECONDS_A_PAGE,
            # Its threads wait for each other: one is faster than four on a small machine.
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            check=True,
        ).stdout.decode("utf-8", "replace")
    except subprocess.TimeoutExpired:
        raise Unreadable("took_too_long") from None
    for row in csv.DictReader(io.StringIO(said), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = (row.get("text") or "").strip().strip("|")
        if text and float(row["conf"]) >= _SURE:
            left, top, width, height = (int(row[key]) / scale for key in ("left", "top", "width", "height"))
            yield Word(text, left, left + width, top, top + height)


def _edges(picture: Image.Image, scale: float) -> Iterator[dict[str, Any]]:
    """The level and upright lines drawn on a grey picture, as pdfplumber describes them. `scale`: dots in a point.

    The picture is shrunk along one direction, so that only what is dark over whole blocks stays dark.
    """
    for orientation, least in (("h", 3), ("v", 2)):
        turned = picture if orientation == "h" else picture.transpose(Image.Transpose.TRANSPOSE)
        small = turned.resize((max(1, turned.width // _BLOCK), turned.height), Image.Resampling.BOX)
        dots, step = small.tobytes(), turned.width / small.width
        for y in range(small.height):
            line = dots[y * small.width : (y + 1) * small.width]
            if min(line) >= _DARK:
                continue
            start = None
            for x, dot in enumerate([*line, 255]):
                if dot < _DARK and start is None:
                    start = x
                elif dot >= _DARK and start is not None:
                    if x - start >= least:
                        yield _edge(orientation, start * step / scale, x * step / scale, y / scale)
                    start = None


def _edge(orientation: str, start: float, end: float, at: float) -> dict[str, Any]:
    # Blocks round a line's ends; half a block more lets crossing lines meet.
    start, end = start - 6, end + 6
    if orientation == "h":
        return {"x0": start, "x1": end, "top": at, "bottom": at, "orientation": "h", "width": end - start}
    return {"x0": at, "x1": at, "top": start, "bottom": end, "orientation": "v", "height": end - start}
