"""Files that cannot be taken: each gets its own clear sentence, and none of them hurts."""

import io
import re
import zipfile
from collections.abc import Callable

import pytest

from plans import Unreadable, reader, refusals
from tests.plans.as_docx import as_docx

TABLE = "Kế hoạch năm 2023\n\nStt\tNội dung\tĐơn vị chủ trì\tThời gian\n1\tLập danh sách\tVăn phòng\tQuý I\n"
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
    'PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
BODY = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    "<w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"
)


def package(document: str = BODY.format(text="x"), types: str = TYPES, **more: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", types)
        made.writestr("word/document.xml", document)
        for name, text in more.items():
            made.writestr(name, text)
    return out.getvalue()


def ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + stream.encode("utf-16-le") + b"\0" * 2000


def bomb() -> bytes:
    return package("<a>" + " " * 80_000_000 + "</a>")


def many_small_bombs() -> bytes:
    return package(**{f"word/media/{n}.bin": "0" * 900_000 for n in range(150)})


def too_many_parts() -> bytes:
    return package(**{f"word/media/{n}": "" for n in range(5000)})


def entities() -> bytes:
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return package(f'<!DOCTYPE d [<!ENTITY l0 "lol">{lol}]>' + BODY.format(text="&l11;"))


def outside_file() -> bytes:
    return package('<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + BODY.format(text="&x;"))


def outside_file_in_utf_16() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("[Content_Types].xml", TYPES)
        body = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE d SYSTEM "http://x/">' + BODY.format(text="x")
        made.writestr("word/document.xml", body.encode("utf-16"))
    return out.getvalue()


def locked_zip() -> bytes:
    made = bytearray(package())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for found in re.finditer(re.escape(mark), bytes(made)):
            made[found.start() + at] |= 1
    return bytes(made)


CASES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "nothing": ("empty", lambda: b""),
    "only blanks": ("empty", lambda: b" \r\n\t\n"),
    "only a byte order mark": ("empty", lambda: b"\xef\xbb\xbf\n"),
    "an empty document": ("empty", lambda: package(BODY.format(text=" "))),
    "thirty megabytes": ("too_large", lambda: b"a" * (30 * 1024 * 1024)),
    "a zip bomb": ("too_large_inside", bomb),
    "many small bombs": ("too_large_inside", many_small_bombs),
    "a zip of too many parts": ("too_large_inside", too_many_parts),
    "an entity bomb": ("damaged", entities),
    "an entity that reads a file": ("damaged", outside_file),
    "a document type in UTF-16": ("damaged", outside_file_in_utf_16),
    "a .doc": ("old_word", lambda: ole("WordDocument")),
    "a .docx with a password": ("encrypted", lambda: ole("EncryptedPackage")),
    "a zip with a password": ("encrypted", locked_zip),
    "an .xls": ("old_excel", lambda: ole("Workbook")),
    "a presentation": ("not_a_plan_format", lambda: package(types=TYPES.replace("wordprocessing", "presentation"))),
    "any zip": ("not_a_plan_format", lambda: package(types="<Types/>")),
    "half a .pdf": ("damaged", lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
    "a picture": ("not_a_plan_format", lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 100),
    "noise": ("not_a_plan_format", lambda: bytes(range(256)) * 20),
    "half a .docx": ("damaged", lambda: as_docx(TABLE)[:9000]),
    "broken XML": ("damaged", lambda: package("<w:document><w:body>")),
    "no document inside": ("damaged", lambda: package().replace(b"word/document.xml", b"word/documenX.xml")),
    "prose without tasks": ("no_table", lambda: "Thư mời họp năm 2023\n\nKính mời anh chị dự họp.".encode()),
    "no year anywhere": ("year_unknown", lambda: TABLE.replace(" năm 2023", "").encode()),
    "a mark of secrecy": ("classified", lambda: f"TỐI MẬT\n{TABLE}".encode()),
}


@pytest.mark.parametrize("case", CASES)
def test_each_has_its_own_code(case: str) -> None:
    code, made = CASES[case]
    with pytest.raises(Unreadable) as refused:
        reader.read(made(), "../../etc/passwd.docx")
    assert refused.value.code == code


def test_every_code_has_a_sentence_of_its_own() -> None:
    codes = {code for code, _ in CASES.values()} | {"took_too_long"}
    assert all(code in (Unreadable.__doc__ or "") for code in codes)
    said = {code: refusals.words(Unreadable(code, limit="20")) for code in codes}
    assert len(set(said.values())) == len(codes)
    for sentence in said.values():
        assert sentence.endswith(".")
        assert "!" not in sentence
        assert "{" not in sentence


def test_a_table_is_enough_to_be_read() -> None:
    draft = reader.read(TABLE.encode(), "x")
    assert [(task.ref, task.lead, task.phrase) for task in draft.tasks] == [("1", ("Văn phòng",), "Quý I")]
