"""The names of units in a cell: where one ends and the next begins. Never on commas alone (DOMAIN 12.12)."""

import re

from lang.fold import fold

# A pattern of the words that a unit's name begins with.
ONE = (
    r"Sở|Phòng|Ban(?! hành| đêm)|Bộ(?=\s+(?!TTHC)(?:[A-ZĐ]|trưởng|chủ quản)|\s*[,;)]|\s*$)|Văn phòng|VP\b"
    r"|Thanh tra"
    r"|Trung tâm|TT(?=\s+[A-ZĐ])|Bảo tàng|Thư viện|Nhà (?:hát|[Vv]ăn h[oó][aá]|[Tt]hiếu nhi|khách|xuất bản)"
    r"|Đoàn(?! kết)|Đội(?! ngũ)|Khoa(?! học)"
    r"|Hạt(?! nhân| giống)|Đồn"
    r"|Bưu điện|Điện lực|Chi bộ|Chi đoàn|Đảng bộ|Hợp tác xã|HTX|Chi cục|Cục|Tổng cục|Vụ(?! việc| án| mùa| đông| xuân)"
    r"|Viện(?! trợ| dẫn| phí)|Ủy ban|Uỷ ban|UB[NM]\w*|HĐND"
    r"|Hội đồng"
    r"|Hội(?! nghị| thảo| thi| diễn| chợ| họp| khỏe| làng| sách| trại| báo| hoa| xuân| thao| đàm| giảng| đua"
    r"| nhập| họa)"
    r"|Công an|Tập đoàn|Tổng [Cc]ông ty|Công ty|Tòa án|Toà án"
    r"|Bảo hiểm(?! y tế| thất nghiệp| tai nạn)|Kho bạc|Ngân hàng|Đài|Báo(?! cáo| chí| động| hiệu)"
    r"|Tạp chí|Trường(?! hợp)|Trưởng(?= các| thôn| bản| ấp)|Tỉnh [Đđ]oàn"
    r"|Tỉnh ủy|Tỉnh uỷ|Thành ủy|Huyện ủy|Đảng ủy"
    r"|Mặt trận|Liên đoàn|Liên minh|Tổ(?! chức| quốc)|Bệnh viện|Trạm|Quỹ(?! đất| nhà)|Chủ tịch|Giám đốc|Thủ trưởng"
    r"|Lãnh đạo|Thường trực(?= [A-ZĐỦ])"
    r"|Viettel|VNPT|Đơn vị|Cơ quan|Nhà trường"
)
_PERSON = r"Cán bộ|Chuyên viên|Công chức|Viên chức|CBCC|CCVC|Nhân viên|Người"
_PEOPLE = re.compile(rf"(?:{_PERSON})(?!\w)")
_HEAD = re.compile(rf"(?:{ONE})(?!\w)")
_OPENS = re.compile(rf"(?:(?:{ONE}|{_PERSON})(?!\w)|[Cc]ác\s)")
_PLURAL = re.compile(r"(?i)(?:tất cả )?(?:các|những)\s")
_ANYWHERE = re.compile(
    r"(?<!\w)(?:so|phong|ban|bo|van phong|thanh tra|trung tam|don vi|co quan|uy ban|ubnd|cuc|chi cuc|nganh|dia phuong"
    r"|xa|phuong|huyen|ap|ban|lang|buon|khom|khu pho|to dan pho|khoi pho|chu dau tu|cap uy|nha thau|nha truong|chi hoi"
    r"|hoi(?! thi| nghi| thao| dien| cho| hop)"
    r"|nha (?:hat|van hoa|thieu nhi|khach)"
    r"|hoi dong|bao tang|thu vien|doan|doi|vien|truong|cong ty|tap doan|lanh dao|giam doc|chu tich"
    r"|vu|khoa|hat|tram|buu dien|don|chi bo|chi doan|hop tac xa|htx|dien luc|doan the|thon"
    r"|bao hiem|toa an|kho bac|ngan hang|dai|tinh uy|dang uy|cong an|vnpt|viettel|lien doan|hiep hoi|benh vien"
    r"|to(?! chuc))(?!\w)"
)
# Words that without marks are others («quý», «bảo»).
_PROPER = re.compile(r"(?:Quỹ(?! đất| nhà)|Báo(?! cáo| chí| động| hiệu))\s+\w")
_LEAD_WORDS = re.compile(
    r"^-?\s*(?:(?:(?:đơn vị|cơ quan)\s+)?chủ trì|CT)\s*:\s*|^Giao\s+|\s*\(chủ trì\)|\s+chủ trì$", re.I
)
_BOTH = re.compile(
    r"(?is)(?:-?\s*(?:(?:(?:đơn vị|cơ quan)\s+)?chủ trì|CT)\s*:\s*|Giao\s+)?"
    r"(.+?)(?:\s+chủ trì|\s*\(chủ trì\))?[\s,;.–-]*"
    r"(?:(?:(?:đơn vị|cơ quan)\s+)?phối hợp\s*(?:với\b|:)|\bPH\s*:)\s*(?:các\s+đơn\s+vị\s*:\s*)?(.+)$"
)
_SEPARATORS = re.compile(r"(\s*(?:;|\n\s*[-+•]?|\s/\s|^\s*[-+•]\s+|\s[-+•]\s+(?=[Cc]ác\s))\s*)")
# An office that serves two bodies is one unit: «Văn phòng HĐND và UBND xã».
_SERVES_TWO = re.compile(
    r"(?:văn phòng|vp)\s+(?:đoàn đbqh|đoàn đại biểu quốc hội|hđnd|hội đồng nhân dân)(?:,\s*hđnd)?$", re.IGNORECASE
)
_COMMA = re.compile(r"\s*,\s*")
_AND = re.compile(r"\s+và\s+")
_GLUED = re.compile(r"(?<=[^\s,;(–-])\s+(?=Các\s)")


def names(cell: str, lead: bool = False) -> tuple[tuple[str, ...], str]:
    """The units named in `cell`, each once, in order; and the name that was written twice («» if none).

    A cell is cut at «;», at line ends, at a capital «Các» inside it, and at a comma (in a lead cell at «và» too) only
    where a whole unit ends and another begins: «Sở Nội vụ, Sở Tài chính», never «Sở Văn hóa, Thể thao và Du lịch».
    """
    found: list[str] = []
    again = ""
    for line in _lines(cell):
        for part in _GLUED.split(line):
            for name in _cut(part, lead):
                name = " ".join(name.split()).strip(" ,;")
                if not name:
                    continue
                if any(fold(name) == fold(other) for other in found):
                    again = again or name
                else:
                    found.append(name)
    return tuple(found), again


def _lines(cell: str) -> list[str]:
    """`cell` cut at «;» and at the line ends after which a unit begins."""
    out: list[str] = []
    first, *rest = _SEPARATORS.split(cell)
    for sign, part in zip(["", *rest[::2]], [first, *rest[1::2]], strict=True):
        torn = "\n" in cell if ";" not in cell else sign.isspace() and "\n" in sign and part[:1].islower()
        if out and part and not _OPENS.match(part) and torn:
            out[-1] = f"{out[-1]} {part}"
        else:
            out.append(part)
    return out


def _cut(part: str, lead: bool) -> list[str]:
    pieces = [part]
    for pattern in (_COMMA, _AND) if lead else (_COMMA,):
        pieces = [name for piece in pieces for name in _cut_at(pattern, piece)]
    return pieces


def _cut_at(pattern: re.Pattern[str], text: str) -> list[str]:
    out: list[str] = []
    start = 0
    for found in pattern.finditer(text):
        before, after = text[start : found.start()], text[found.end() :]
        if text.count("(", 0, found.start()) > text.count(")", 0, found.start()):
            continue
        opens = _OPENS.match(after)
        if not opens or (len(before.split()) < 2 and not _HEAD.fullmatch(before.strip())):
            continue
        if after[0].islower() and not (_HEAD.match(before) and not _PLURAL.match(before)):
            continue
        if before.strip() in ("Bộ", "Sở", "Phòng", "Ban") or _SERVES_TWO.match(before.strip()):
            continue
        out.append(before)
        start = found.end()
    return [*out, text[start:]]


def lead_and_others(cell: str) -> tuple[str, str]:
    """A cell that names both, taken apart: «Sở A chủ trì, phối hợp với Sở B», «Chủ trì: Sở A; phối hợp: Sở B»."""
    found = _BOTH.match(cell)
    return (found[1].strip(), found[2].strip()) if found else (_LEAD_WORDS.sub("", cell).strip(), "")


def is_unit(name: str) -> bool:
    """Whether the words name a unit or a set of units somewhere, rather than only persons or the public."""
    return any(
        _PROPER.match(part) or (_ANYWHERE.search(fold(part)) and not _PEOPLE.match(part)) for part in _AND.split(name)
    )


def reads_as_unit(words: str) -> bool:
    """Whether a cell that should hold something else plainly names units («Các cơ quan», «Sở Nội vụ»)."""
    plural = _PLURAL.match(words)
    rest = words[plural.end() :] if plural else words
    return bool(_HEAD.match(rest[:1].upper() + rest[1:])) and len(words.split()) < 9


def is_told(words: str) -> bool:
    """Whether the words with which a sentence begins, or a heading, name those who are told what to do."""
    plural = _PLURAL.match(words)
    return reads_as_unit(words) or bool(plural and _ANYWHERE.match(fold(words[plural.end() :])))


def same_unit(one: str, other: str) -> bool:
    """«Văn phòng» and «Văn phòng Sở» are one unit in one plan."""

    def core(name: str) -> str:
        return re.sub(r"\s+(?:so|tinh|thanh pho|huyen|xa|phuong|co quan)$", "", fold(name))

    return core(one) == core(other)


def parts(name: str) -> list[str]:
    """The names inside a coordinated phrase: «Văn phòng Sở và các phòng quản lý» → two."""
    return [part.strip() for part in re.split(r"\s+và\s+|,\s*", name) if part.strip()]
