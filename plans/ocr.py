"""Pages that are pictures, recognised with Tesseract's Vietnamese model where the machine has it."""

import csv
import io
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any, cast

import pypdfium2
from PIL import Image, ImageDraw

from plans import Unreadable
from plans.layout import Page, Word, drawn, within

_LANGUAGE = "vie"
_DOTS = 200 / 72
_SECONDS_A_PAGE = 60
_BLOCK = 32
_DARK = 128
_SURE = 20.0
# How Tesseract is told to look at a picture: words anywhere on it, or lines of one block.
_SPARSE, _BLOCK_OF_TEXT = "11", "6"
_INSET = 5


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
            whole = picture.copy()
            words = list(_words(picture, scale, _SPARSE))
            # A row of bold letters is as dark as a line: what was read is wiped out before lines are looked for.
            wipe = ImageDraw.Draw(picture)
            for word in words:
                wipe.rectangle([side * scale for side in (word.x0, word.top, word.x1, word.bottom)], fill=255)
            edges = _meeting(list(_edges(picture, scale)), _BLOCK / scale)
            yield number, Page(list(_reread(whole, picture, edges, words, scale)), edges, width, height)
    finally:
        document.close()


def _reread(
    whole: Image.Image, wiped: Image.Image, edges: list[dict[str, Any]], words: list[Word], scale: float
) -> Iterator[Word]:
    """`words`, and what they lack where a table's cells hold little: a lone «1» or «a» is easily taken for a speck, and
    the point of «4.2» too. `wiped` is `whole` without what was read."""
    lone: dict[Word, Word] = {}
    missed = Image.new("L", whole.size, 255)
    larger = Image.new("L", (whole.width * 2, whole.height * 2), 255)
    for cells in drawn(edges):
        left = min(x0 for x0, *_ in cells)
        for cell in cells:
            inside = [word for word in words if within(word, cell)]
            x0, top, x1, bottom = (round(side * scale) for side in cell)
            box = (x0 + _INSET, top + _INSET, x1 - _INSET, bottom - _INSET)
            if box[0] >= box[2] or box[1] >= box[3]:
                continue
            if not inside:
                missed.paste(wiped.crop(box), box)
            elif len(inside) == 1 and cell[0] - left < 1 and re.fullmatch(r"\d{2,3}", inside[0].text):
                part = whole.crop(box)
                larger.paste(part.resize((part.width * 2, part.height * 2)), (2 * box[0], 2 * box[1]))
                lone[inside[0]] = inside[0]
    for word in _read(larger, 2 * scale) if lone else ():
        near = min(lone, key=lambda other: abs(other.top - word.top) + abs(other.x0 - word.x0))
        if word.text.replace(".", "") == near.text:
            lone[near] = replace(near, text=word.text)
    yield from (lone.get(word, word) for word in words)
    yield from _read(missed, scale)


def _read(picture: Image.Image, scale: float) -> Iterator[Word]:
    if cast(tuple[int, int], picture.getextrema())[0] < _DARK:
        yield from _words(picture, scale, _BLOCK_OF_TEXT)


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
            yield Word(text, left, left + width, top, top + height, float(row["conf"]))


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


def _meeting(edges: list[dict[str, Any]], reach: float) -> list[dict[str, Any]]:
    """The lines with the ends of the upright ones put on the level line that they meet: a block tells an end no better
    than `reach`, and an end in the air would be taken for a row cut open."""
    level = [edge for edge in edges if edge["orientation"] == "h"]
    for edge in edges:
        beside = [line["top"] for line in level if line["x0"] - reach <= edge["x0"] <= line["x1"] + reach]
        for side in ("top", "bottom") if edge["orientation"] == "v" and beside else ():
            nearest = min(beside, key=lambda place: abs(place - edge[side]))
            if abs(nearest - edge[side]) <= reach:
                edge[side] = nearest
    return edges


def _edge(orientation: str, start: float, end: float, at: float) -> dict[str, Any]:
    # Blocks round a line's ends; half a block more lets crossing lines meet.
    start, end = start - 6, end + 6
    if orientation == "h":
        return {"x0": start, "x1": end, "top": at, "bottom": at, "orientation": "h", "width": end - start}
    return {"x0": at, "x1": at, "top": start, "bottom": end, "orientation": "v", "height": end - start}
