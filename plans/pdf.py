"""A PDF as lines and grids: text where there is text; pages that are pictures are recognised where Tesseract is."""

import logging
import math
import re
import unicodedata
import zlib
from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfpage import PDFPage
from pdfplumber.utils.exceptions import PdfminerException

from plans import Fault, Unreadable, layout, ocr
from plans.container import LARGEST_INSIDE, LARGEST_PART
from plans.pages import Content

# Its warnings may quote a document.
logging.getLogger("pdfminer").setLevel(logging.CRITICAL)

MOST_PAGES = 80
_FEW_LETTERS = 40
_BIGGEST_LETTER = 40
_STREAM = re.compile(rb"(?:obj|>>)\s*stream\r?\n")
_NO_LETTER = re.compile(r"\(cid:\d+\)|[\ufffd\ue000-\uf8ff]")


def read(content: bytes) -> Content:
    """The pages as they are read; headers, footers, watermarks and pinned notes are only looked at for a mark.

    Raises Unreadable: damaged, encrypted, too_large_inside, too_many_pages, scanned.
    """
    _weigh(content)
    try:
        with pdfplumber.open(BytesIO(content)) as document:
            if sum(1 for _ in islice(PDFPage.create_pages(document.doc), MOST_PAGES + 1)) > MOST_PAGES:
                raise Unreadable("too_many_pages", limit=str(MOST_PAGES))
            return _read(content, document)
    except (Unreadable, MemoryError):
        raise
    except Exception as error:
        locked = isinstance(error, PdfminerException) and error.args and error.args[0]
        if isinstance(locked, PDFPasswordIncorrect | PDFEncryptionError):
            raise Unreadable("encrypted") from None
        raise Unreadable("damaged") from None


def _read(content: bytes, document: Any) -> Content:
    pages: list[layout.Page] = []
    stamps: list[str] = []
    pictures: list[int] = []
    for number, page in enumerate(document.pages):
        made, beside = _page(page)
        pages.append(made)
        stamps += beside
        letters = "".join(word.text for word in made.words)
        lost = len(_NO_LETTER.findall(letters))
        if (page.images or lost) and len(_NO_LETTER.sub("", letters)) < max(_FEW_LETTERS, lost):
            pictures.append(number)
        page.close()
    if not pages:
        raise Unreadable("empty")
    faults: tuple[Fault, ...] = ()
    if pictures:
        listed = ", ".join(str(number + 1) for number in pictures)
        if ocr.available():
            for number, made in ocr.pages(content, pictures):
                pages[number] = made
            faults = (Fault("pages_recognised", "", listed),)
        elif sum(len(word.text) for number, page in enumerate(pages) if number not in pictures for word in page.words):
            faults = (Fault("pages_scanned", "", listed),)
        else:
            raise Unreadable("scanned")
    pieces, heads = layout.pieces(pages)
    return Content(pieces, [*stamps, *heads], faults=faults)


def _page(page: Any) -> tuple[layout.Page, list[str]]:
    """A page's words and drawn lines, and what lies across or beside them: turned or huge letters, pinned notes."""

    def plain(thing: dict[str, Any]) -> bool:
        return thing["object_type"] != "char" or (_level(thing["matrix"]) and thing["size"] < _BIGGEST_LETTER)

    aside = [char for char in page.chars if not plain(char)]
    notes = [note["contents"] for note in page.annots if note.get("contents")]
    kept = page.filter(plain)
    words = [
        layout.Word(unicodedata.normalize("NFC", word["text"]), word["x0"], word["x1"], word["top"], word["bottom"])
        for word in kept.extract_words(x_tolerance_ratio=0.2)
    ]
    return layout.Page(words, list(kept.edges), float(page.width), float(page.height)), [*_apart(aside), *notes]


def _apart(chars: list[dict[str, Any]]) -> list[str]:
    """The letters as they are drawn, all together and in the groups that stand together: «MẬT» thrice is three."""
    groups: list[list[dict[str, Any]]] = []
    for char in chars:
        last = groups[-1][-1] if groups else None
        if last and last["matrix"][:4] == char["matrix"][:4] and _near(last, char):
            groups[-1].append(char)
        else:
            groups.append([char])
    return ["".join(char["text"] for char in group) for group in [chars, *groups] if group]


def _near(one: dict[str, Any], other: dict[str, Any]) -> bool:
    reach = 1.5 * math.hypot(one["x1"] - one["x0"], one["bottom"] - one["top"])
    return math.dist((one["x0"], one["top"]), (other["x0"], other["top"])) <= reach


def _level(matrix: tuple[float, ...]) -> bool:
    return abs(matrix[1]) < 0.1 * abs(matrix[0])


def _weigh(content: bytes) -> None:
    """What the streams hold once unpacked is added up before any of them is kept; pictures are never unpacked here."""
    total = 0
    for head, start in _streams(content):
        if b"FlateDecode" not in head or re.search(rb"/Subtype\s*/Image", head):
            continue
        if head.count(b"FlateDecode") > 1:
            raise Unreadable("too_large_inside")
        unpacked = zlib.decompressobj()
        size, data = 0, content[start : start + LARGEST_PART]
        try:
            while data and not unpacked.eof:
                size += len(unpacked.decompress(data, 1 << 20))
                data = unpacked.unconsumed_tail
                if size > LARGEST_PART or total + size > LARGEST_INSIDE:
                    raise Unreadable("too_large_inside")
        except zlib.error:
            pass
        total += size


def _streams(content: bytes) -> Iterator[tuple[bytes, int]]:
    """The dictionary before each stream, and where the stream begins."""
    for found in _STREAM.finditer(content):
        start = max(content.rfind(b" obj", 0, found.start() + 4), found.start() - 4000, 0)
        yield content[start : found.end()], found.end()
