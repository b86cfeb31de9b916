"""The kind of a file, judged by its content; a zip opened with care: nothing goes to disk, no name becomes a path."""

import zlib
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError
from xml.etree.ElementTree import fromstring as parse
from xml.parsers import expat
from zipfile import BadZipFile, LargeZipFile, ZipFile

from plans import Unreadable

MB = 1024 * 1024
LARGEST = 20 * MB
LARGEST_INSIDE = 120 * MB
LARGEST_PART = 60 * MB
MOST_PARTS = 4000
HIGHEST_RATIO = 300
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAIN = {
    b"wordprocessingml.document.main+xml": "docx",
    b"ms-word.document.macroEnabled.main+xml": "docx",
    b"spreadsheetml.sheet.main+xml": "xlsx",
    b"spreadsheetml.template.main+xml": "xlsx",
    b"ms-excel.sheet.macroEnabled.main+xml": "xlsx",
}
_FIRST_PART = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
# ISO's «strict» variant of the format differs in the name of its vocabulary only, as far as a plan is concerned.
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_USUAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_WRITERS = {"creator", "lastModifiedBy"}
_BROKEN = (
    BadZipFile,
    LargeZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    KeyError,
)


def kind(content: bytes) -> str:
    """«docx», «xlsx», «pdf» or «text». Raises Unreadable for every other kind, each with its own code."""
    if len(content) > LARGEST:
        raise Unreadable("too_large", limit=str(LARGEST // MB))
    if not content.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise Unreadable("empty")
    if content.startswith(_OLE):
        raise Unreadable(_inside_ole(content))
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Package(content).kind
    if content.lstrip(b" \t\r\n\0\xef\xbb\xbf").startswith(b"%PDF-"):
        return "pdf"
    if content.startswith((b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        raise Unreadable("not_a_plan_format")
    return "text"


def _inside_ole(content: bytes) -> str:
    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in content

    if holds("EncryptedPackage"):
        return "encrypted"
    if holds("WordDocument"):
        return "old_word"
    return "old_excel" if holds("Workbook") else "not_a_plan_format"


class Package:
    """The parts of a .docx or .xlsx in memory. Sizes are judged from the directory before anything is unpacked."""

    def __init__(self, content: bytes) -> None:
        try:
            self._zip = ZipFile(BytesIO(content))
            infos = self._zip.infolist()
        except _BROKEN:
            raise Unreadable("damaged") from None
        if any(info.flag_bits & 1 for info in infos):
            raise Unreadable("encrypted")
        total = sum(info.file_size for info in infos)
        if len(infos) > MOST_PARTS or total > LARGEST_INSIDE or any(info.file_size > LARGEST_PART for info in infos):
            raise Unreadable("too_large_inside")
        if any(info.file_size > MB and info.file_size > HIGHEST_RATIO * max(info.compress_size, 1) for info in infos):
            raise Unreadable("too_large_inside")
        if total > HIGHEST_RATIO * len(content) + MB:
            raise Unreadable("too_large_inside")
        self.names = {info.filename for info in infos}
        types = self.raw("[Content_Types].xml") if "[Content_Types].xml" in self.names else b""
        self.kind = next((kind for main, kind in _MAIN.items() if main in types), "")
        if not self.kind:
            raise Unreadable("not_a_plan_format")

    def raw(self, name: str) -> bytes:
        try:
            with self._zip.open(name) as part:
                data = part.read(LARGEST_PART + 1)
        except _BROKEN:
            raise Unreadable("damaged") from None
        if len(data) > LARGEST_PART:
            raise Unreadable("too_large_inside")
        return data

    def xml(self, name: str) -> Element:
        """The part `name` as a tree. A document type in it, the door to entity bombs and outside files, is refused."""
        data = self.raw(name)
        guard = expat.ParserCreate()
        guard.StartDoctypeDeclHandler = _refuse
        guard.StartElementHandler = _begun
        try:
            with suppress(_Begun):
                guard.Parse(data, True)
            return parse(data.replace(_STRICT, _USUAL))
        except (expat.ExpatError, ParseError, ValueError, LookupError):
            raise Unreadable("damaged") from None

    def main(self) -> str:
        """The name of the document part."""
        if "_rels/.rels" in self.names:
            for link in self.xml("_rels/.rels"):
                if link.get("Type", "").endswith("/officeDocument"):
                    target = link.get("Target", "").lstrip("/")
                    if target in self.names:
                        return target
        if _FIRST_PART[self.kind] not in self.names:
            raise Unreadable("damaged")
        return _FIRST_PART[self.kind]

    def properties(self) -> list[str]:
        """What the file says of itself: title, subject and the like, and what an office has it say («Độ mật: Mật»).
        Who wrote it is left out; a part nobody can read says nothing."""
        told: list[str] = []
        for name in ("docProps/core.xml", "docProps/custom.xml"):
            with suppress(Unreadable):
                for element in self.xml(name) if name in self.names else ():
                    if element.tag.rpartition("}")[2] not in _WRITERS:
                        words = "".join(element.itertext())
                        told += [words, f"{element.get('name')}: {words}"]
        return told

    def beside(self, main: str, stem: str) -> Iterator[str]:
        """Names of the parts next to `main` that begin with `stem` («header», «footnotes»), in order."""
        folder = main.rpartition("/")[0]
        yield from sorted(name for name in self.names if name.startswith(f"{folder}/{stem}") and name.endswith(".xml"))


class _Begun(Exception):
    """The first element is there: no document type can follow."""


def _begun(*_: object) -> None:
    raise _Begun


def _refuse(*_: object) -> None:
    raise Unreadable("damaged")
