"""What is done to files that people send, to make files that nobody would send. Everything comes from the `chance`."""

import io
import itertools
import random
import re
import unicodedata
import zipfile

MOST = 400_000
"""Letters beyond which a text is not stretched any further."""
WORDS = (
    *re.split(
        " *~ *",
        r"| ~ |---|---| ~ \| ~ 31/6/2023 ~ Quý I ~ ( ~ % ~ đ ~ I. ~ - + ~ 1.1.1.1 ~ Định kỳ ~ "
        "ngày 30/02/2023 ~ tháng 13 ~ "
        "0912 345 678 ~ ai.do@tinh.gov.vn ~ ĐT: (024) 3825 1234 ~ ² ~ ١٢ ~ ** ~ __ ~ tối thiểu 90% ~ "
        "từ 80 đến 90% ~ năm 0000 ~ "
        "năm 99999 ~ 30/4/9999 ~ 00/00/0000 ~ 25h ngày 1/1 ~ trước ngày 31 hàng tháng ~ Thứ Hai 02/6 ~ x ~ "
        "Tổng cộng ~ <br> ~ "
        "10 ngày làm việc kể từ ngày 29/02/2023 ~ Phụ lục ~ Phụ lục IIII ~ Điều 5. ~ &amp; ~ &#0; ~ &nbsp; ~ "
        "<![CDATA[ ~ ]]> ~ "
        "_xD800_ ~ _x0000_ ~ _x0009_ ~ tháng 999999999999999999999 ~ số 1/KH ngày 99/99/9999 ~ trên 1e999% ~ "
        "½% ~ 7/8,5 điểm",
    ),
    *("\t", "\n\n", "\0", "\r", "\ud800", "\udfff", "\ufeff", "\u202e", "\u200b", "\x85", "\u2028", "\ufffe", " "),
    *("\u0301" * 40, "9" * 5000, "1." * 900, "IVXLC" * 9, "₫" * 300, "ạ\u0323", "\uff21", "1\u20e3"),
    *("Stt\tNội dung\tĐơn vị chủ trì\tThời gian\n", "- \n+ \n", "- Chủ trì: \n", "\t\t\t\t\n"),
)
NUMBERS = (*b"-1 0 1 65 255 4096 99999 2147483648 1e308 nan \xc2\xb2".split(), b"9" * 30, b"")


def of_text(chance: random.Random, text: str) -> str:
    """A few places of `text` changed: cut, doubled, moved, stretched, other letters, other ends of lines."""
    for _ in range(chance.choice((1, 2, 5, 20))):
        at, size = chance.randrange(len(text) + 1), chance.choice((1, 5, 80, 600))
        match chance.randrange(10):
            case 0:
                text = text[:at] + text[at + size :]
            case 1 | 2 | 3:
                text = text[:at] + chance.choice(WORDS) + text[at + chance.choice((0, 0, 1, size)) :]
            case 4:
                start = chance.randrange(len(text) + 1)
                text = text[:at] + text[start : start + size] + text[at:]
            case 5:
                text = text[:at] + chr(chance.randrange(chance.choice((0x80, 0x2100, 0x110000)))) + text[at + 1 :]
            case 6:
                times = min(chance.choice((2, 30, 3000, 50_000)), 200_000 // size)
                text = text[:at] + text[at : at + size] * times + text[at + size :]
            case 7:
                one, other = chance.sample(("\t", "\n", " ", "|", ".", ")", "/", "-", "\n\n", "\r\n"), 2)
                text = text[:at] + text[at : at + size * 4].replace(one, other) + text[at + size * 4 :]
            case 8:
                lines = text.split("\n")
                one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
                lines[one], lines[two] = lines[two], lines[one]
                text = "\n".join(lines)
            case 9:
                text = unicodedata.normalize(chance.choice(("NFD", "NFKD", "NFC")), text)
    return text[:MOST]


def encoded(chance: random.Random, text: str) -> bytes:
    code = chance.choice(
        ("utf-8",) * 6 + ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1258", "cp1252", "utf-32")
    )
    return text.encode(code, "surrogatepass" if code.startswith("utf") else "replace")


def of_bytes(chance: random.Random, content: bytes) -> bytes:
    made = bytearray(content)
    for _ in range(chance.choice((1, 3, 12, 60))):
        at, size = chance.randrange(len(made) + 1), chance.choice((1, 4, 60, 900))
        match chance.randrange(6):
            case 0 | 1:
                if at < len(made):
                    made[at] ^= 1 << chance.randrange(8)
            case 2:
                made[at : at + size] = chance.randbytes(chance.choice((0, size)))
            case 3:
                made[at:at] = made[chance.randrange(len(made) + 1) :][:size]
            case 4:
                made[at : at + size] = bytes(size)
            case 5:
                if chance.random() < 0.2:
                    del made[at:]
    return bytes(made)


def of_xml(chance: random.Random, data: bytes) -> bytes:
    """Elements doubled, dropped, renamed, nested; values and words made absurd. Most of it is still well formed."""
    text = data.decode("utf-8", "replace")
    for _ in range(chance.choice((1, 2, 6, 15))):
        if len(text) > MOST or not (names := sorted(set(re.findall(r"<([\w:]+)[ />]", text)))):
            break
        name = chance.choice(names)
        start = chance.randrange(len(text))
        found = _after(rf"<{name}(?: [^<>]*)?(?:/>|>(?:.{{0,4000}}?</{name}>)?)", text, start)
        value, word = _after(r'="([^"<>]*)"', text, start), _after(r">([^<>]+)<", text, start)
        match chance.randrange(8):
            case 0 if found:
                part = found
                text = text[: part.end()] + part[0] * chance.choice((0, 1, 3, 300)) + text[part.end() :]
            case 1 if found:
                text = text[: found.start()] + text[found.end() :]
            case 2:
                other = chance.choice(names)
                text = re.sub(rf"(</?){name}(?=[ />])", rf"\g<1>{other}", text, count=chance.choice((0, 2)))
            case 3 if found:
                part, deep = found, chance.choice((1, 3, 70, 1500, 40_000))
                text = f"{text[: part.start()]}{f'<{name}>' * deep}{part[0]}{f'</{name}>' * deep}{text[part.end() :]}"
            case 4 | 5 if value:
                other_value = _after(r'="([^"<>]*)"', text, chance.randrange(len(text))) or value
                put = chance.choice(NUMBERS).decode() if chance.random() < 0.6 else other_value[1]
                put = chance.choice(
                    (put, put, "A1:XFD1048576", "B2:A1", "XFD1048576", '"x"0.00;@', "[h]:mm", "../" * 9)
                )
                text = text[: value.start(1)] + put.replace('"', "&quot;") + text[value.end(1) :]
            case 6 | 7 if word:
                put = (
                    of_text(chance, word[1])
                    if chance.random() < 0.5
                    else chance.choice((*WORDS, "1e308", "-1", "45000"))
                )
                put = (
                    put if chance.random() < 0.1 else re.sub("[<&\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]", "", put)
                )
                text = text[: word.start(1)] + put + text[word.end(1) :]
    return text.encode("utf-8", "surrogatepass")


def _after(pattern: str, text: str, start: int) -> re.Match[str] | None:
    found = re.compile(pattern, re.DOTALL)
    return found.search(text, start) or found.search(text)


def of_zip(chance: random.Random, content: bytes) -> bytes:
    """Parts changed, dropped, exchanged, doubled, made of blanks; links that point at each other."""
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    names = [name for name in parts if name.endswith((".xml", ".rels"))]
    heavy = [name for name in names if re.search(r"document|numbering|sheet\d|shared|styles\.|workbook", name)]
    for _ in range(chance.choice((1, 1, 2, 4))):
        name = chance.choice(heavy if chance.random() < 0.8 else names)
        match chance.randrange(12):
            case 0 if name in parts and chance.random() < 0.5:
                del parts[name]
            case 1:
                parts[name] = parts[chance.choice([*parts])]
            case 2:
                links = re.sub(rb'Target="[^"]*"', b'Target="%s"' % chance.choice(names).encode(), parts.get(name, b""))
                parts[name] = links
            case 3 if chance.random() < 0.2:
                parts[name] = parts.get(name, b"") + b" " * chance.choice((10_000, 30_000_000, 70_000_000))
            case 4:
                for link in [name for name in parts if name.endswith(".rels")]:
                    parts[link] = of_xml(chance, parts[link])
            case _:
                parts[name] = of_xml(chance, parts.get(name, b""))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for name, data in parts.items():
            made.writestr(name, data)
            if chance.random() < 0.01:
                made.writestr(name + "x", data)
    return of_bytes(chance, out.getvalue()) if chance.random() < 0.1 else out.getvalue()


def of_pdf(chance: random.Random, content: bytes) -> bytes:
    """Numbers, names and references changed; objects that hold themselves; streams and the index damaged."""
    for _ in range(chance.choice((1, 2, 6, 25))):
        pattern = chance.choice(
            (rb"\d+ 0 R", rb"(?<= )-?\d+(?:\.\d+)?(?= )", rb"/[A-Z]\w+", rb"\d+ 0 obj.*?endobj", rb"\([^()]*\)")
        )
        found = list(itertools.islice(re.finditer(pattern, content, re.DOTALL), 5000))
        if not found:
            continue
        one, other = chance.choice(found), chance.choice(found)
        put = other[0]
        if chance.random() < 0.5:
            put = chance.choice(
                (*NUMBERS, b"/Kids", b"/Parent", b"<<" * 400, b"[" * 3000, b"null", b"<FEFFD800>", b"1 0 0 -1 0 0 cm")
            )
        content = content[: one.start()] + put + content[one.end() :]
    return of_bytes(chance, content) if chance.random() < 0.3 else content


def mutated(chance: random.Random, content: bytes) -> bytes:
    if chance.random() < 0.08:
        return of_bytes(chance, content)
    if content.startswith(b"PK"):
        return of_zip(chance, content)
    if content.startswith(b"%PDF"):
        return of_pdf(chance, content)
    return encoded(chance, of_text(chance, content.decode("utf-8")))


def marked(chance: random.Random, content: bytes) -> bytes | None:
    """`content` with a mark of secrecy alone on a line or in a cell; None where there is no such place."""
    mark = chance.choice(("MẬT", "TỐI MẬT", "Tuyệt mật", "(Mật)", "Độ mật: Mật", "M Ậ T"))
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as source:
            parts = {name: source.read(name) for name in source.namelist()}
        texts = [name for name in parts if re.search(r"word/(document|header\d)|sharedStrings", name)]
        name = chance.choice(texts) if texts else ""
        places = list(re.finditer(rb"(?<=<w:t>)[^<>]*(?=</w:t>)|(?<=<t>)[^<>]*(?=</t>)", parts.get(name, b"")))
        if not places:
            return None
        at = chance.choice(places)
        parts[name] = parts[name][: at.start()] + mark.encode() + parts[name][at.end() :]
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as made:
            for part, data in parts.items():
                made.writestr(part, data)
        return out.getvalue()
    if content.startswith(b"%PDF"):
        # A note pinned to a page; its letters are not drawn, so the fonts need not hold them.
        told = (b"\xfe\xff" + mark.encode("utf-16-be")).hex().encode()
        page = chance.choice(list(re.finditer(rb"/Type /Page\b", content)))
        note = b" /Annots [ << /Type /Annot /Subtype /Text /Rect [ 9 9 20 20 ] /Contents <" + told + b"> >> ]"
        return content[: page.end()] + note + content[page.end() :]
    lines = content.decode("utf-8").split("\n")
    at_line = chance.randrange(len(lines))
    if "\t" in lines[at_line]:
        cells = lines[at_line].split("\t")
        cells[chance.randrange(len(cells))] = mark
        lines[at_line] = "\t".join(cells)
    else:
        lines.insert(at_line, mark)
    return "\n".join(lines).encode()
