"""Quantified targets in a sentence: «tối thiểu 90%», «từ 95% trở lên», «35-40%», «ít nhất 03 sáng kiến»."""

import re
from collections.abc import Iterator
from datetime import date

from lang.fold import fold
from plans import DraftTarget, verbs
from plans.pages import CAPITAL, squeeze
from plans.rows import Entry

_N = r"\d+(?:[.,]\d+)?"
_BIG = rf"\d{{1,3}}(?:\.\d{{3}})+(?:,\d+)?(?![\d.])|{_N}"
_PERCENT = re.compile(rf"(?<![\d/.,])({_N})\s*(?:%\s*)?(?:[-–]|đến)\s*({_N})\s*%|(?<![\d/.,])({_N})\s*%")
_CLAUSES = re.compile(
    rf";\s*|(?<=[^.\d][.!?])\s+(?=(?:{CAPITAL}|\d))|(?P<list>,\s+(?={_N}\s*%))"
    rf"|,\s+(?=(?:tối thiểu|ít nhất|trên|đạt)\s+{_N}\s*%)|,?\s+(?=(?:bảo đảm|đảm bảo)\s[^,;]*%)|,\s+(?=t[ỷỉ] lệ\s)"
    r"|,?\s+trong đó(?:\s+có(?=\s+\d))?\s+(?=[^;]*\d)|(?P<act>,\s+(?=\w+\s[^,;%\d]*\d+\s*%))"
)
_SENTENCES = re.compile(rf"(?<=[^.\d][.!?])\s+(?=(?:{CAPITAL}|\d))")
_SO_FAR = re.compile(r"(?:Trong\s+)?(?:0?[69]|sáu|chín)\s+tháng\s+đầu\s+năm\b", re.IGNORECASE)
_YEAR = re.compile(r"\b20\d\d\b")
_FEW = 3
_COUNT = re.compile(
    r"\b(?:tối thiểu|ít nhất)\s+(?:là\s+)?(\d{1,3}(?:\.\d{3})+|\d{1,4})\s+(?!%)"
    r"((?!lần|lượt|năm|ngày|tháng|tuần|giờ|phút)(?:(?!trở|được|trong|theo|về|cho|là|so|trước)[^\s,.;()]+\s?){1,3})",
    re.IGNORECASE,
)
# Points that are a score, not places: «tổng điểm … đạt từ 68 điểm trở lên».
_POINTS = re.compile(
    rf"\b(?:điểm|chỉ số|xếp loại)\b.*?\b(?:đạt|từ|trên|dưới|ít nhất|tối thiểu|không dưới|thêm)\s+({_N})\s+điểm\b"
    r"(?=\s*(?:trở lên|so với|[,;.)]|$))",
    re.IGNORECASE,
)
_MORE_POINTS = re.compile(rf"(?:tăng|đạt)\s+(?:từ|trên|ít nhất|tối thiểu|thêm)?\s*({_N})\s+điểm\b", re.IGNORECASE)
_LESS = re.compile(r"(?:rút ngắn|(?:cắt )?giảm)\b", re.IGNORECASE)
_RANK = re.compile(
    rf"\b(?:nhóm|top|tốp)\s+(?:\w+\s+)?({_N})\b|\b(?:xếp\s+)?(?:thứ(?:\s+hạng)?|hạng|vị trí(?:\s+thứ)?)\s+({_N})\b",
    re.IGNORECASE,
)
_AT_MOST_TIME = re.compile(
    rf"\b(?:không quá|tối đa|dưới|xuống còn)\s+({_N})\s+(phút|giờ|ngày(?:\s+làm việc)?)\b", re.IGNORECASE
)
_SCORE = re.compile(rf"(?<![\d/.,])({_N})\s*/\s*{_N}\s+điểm\b", re.IGNORECASE)
# In a list of aims any number of things is one: «Trồng 15 ha rừng», «mở 04 lớp»; a year, an article, a grade is none.
_THINGS = re.compile(
    r"(?<![\d/.,\-–])(?<!năm )(?<!quý )(?<!tháng )(?<!ngày )(?<!số )(?<!Điều )(?<!khoản )(?<!mức )(?<!độ )(?<!cấp )"
    r"(?<!thứ )(?<!đoạn )(?<!lớp )(?<!khóa )(?<!mục )(?<!tuổi )(?!20\d\d\b)(\d{1,3}(?:\.\d{3})+|\d+(?:,\d+)?)\s+"
    r"(?!năm|tháng|ngày|giờ|tuổi|điểm(?!\s+(?!trở|so|trên)[^\W\d])|phút|lần|trở|đến|của|và|hoặc|trong)"
    r"((?:(?!trở|được|trong|theo|về|cho|là|so|trước)[^\W\d]+\s?){1,2})"
)
_LEADING = re.compile(r"^(?:(?:Mục tiêu|Chỉ tiêu)\s*:\s*)?(?:Ph[ấầâ]n đ[ấầâ]u\s+(?:đưa\s+|đạt\s+)?)?", re.IGNORECASE)
_STRIVES = re.compile(r"(?:Ph[ấầâ]n đ[ấầâ]u|(?:Mục tiêu|Chỉ tiêu)\s*:)", re.IGNORECASE)
_AT_LEAST = re.compile(r"(?:tối thiểu|ít nhất|không thấp hơn|không dưới|≥|>=)(?:\s+(?:là|đạt|từ))?\s*$", re.IGNORECASE)
_MORE = re.compile(r"(?:trên|hơn|vượt|>)\s*$", re.IGNORECASE)
_AT_MOST = re.compile(r"(?:không quá|không vượt quá|tối đa|dưới|≤|<=|<)\s*$", re.IGNORECASE)
_AND_UP = re.compile(r"^\s*(?:\w+\s+){0,6}?trở lên", re.IGNORECASE)
_FIGURE = re.compile(rf"(?<![\d/.,])({_BIG})(?![\d/.,]*\d)")
_RANGE = re.compile(rf"(?<![\d/.,])({_N})\s*%?\s*[-–]\s*({_N})")
_SIGNS = {"≥": ">=", ">=": ">=", ">": ">", "≤": "<=", "<=": "<=", "<": "<=", "trên": ">", "ít nhất": ">="}
_BY = re.compile(r"\bđến (?:hết )?năm (20\d\d)\b", re.IGNORECASE)
# What was measured in a past period, and shares that a law sets, are no targets (DOMAIN 12.10).
_LAST_YEARS = re.compile(
    r"^(?:Trong\s+|Đến (?:hết\s+)?|Kết thúc\s+|Tính đến\s[^,]*?)?năm\s+(20\d\d)\b(?!\s*[-–])", re.IGNORECASE
)
_REACHED = re.compile(
    r"\bnăm\s+(20\d\d)\s+(?:của\s[^,;.%]{1,40}?\s)?(?:đã\s+)?đạt\b"
    r"|\b(?:hạn chế|tồn tại|thiếu sót|khuyết điểm)\b[^:;.]{0,40}\bnăm\s+(20\d\d)\s*:",
    re.IGNORECASE,
)
_RESULTS = re.compile(
    r"^(?:(?:Đánh giá\s+)?Kết quả|Thực trạng|Hiện trạng|Tình hình|Tồn tại|Hạn chế|Nguyên nhân)\b"
    r"(?:[^:;.]{0,60}?\bnăm\s+(?P<year>20\d\d)[^:;.]{0,40}"
    r"|\s+(?:đạt được|đã đạt|thực hiện trong)[^:;.]{0,60}|[^:;.]{0,40}\btháng đầu năm[^:;.]{0,40})\s*:",
    re.IGNORECASE,
)
# A share that only describes a place or a people: «xã có trên 60% dân số là đồng bào …».
_DESCRIBES = re.compile(
    r"\b(?:điều kiện|đặc điểm|đặc thù|bối cảnh|thực tế)\b[^,;.]*\b(?:có|với)\s+(?:trên|hơn|gần|khoảng)?\s*$",
    re.IGNORECASE,
)
# What was reached; but an act that asks for a change («giảm 20% …»), or a least figure, is an aim beside it.
_PAST = re.compile(
    r"\b(?:đã|mới|(?<!chứng )chỉ) đạt\b|\bđã hoàn thành (?:được )?\d|\bchậm so với|\bso với (?:cùng kỳ|năm trước)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"(?:tiếp tục |cắt )?(?:tăng|giảm|nâng|rút ngắn|duy trì|bảo đảm|đảm bảo)\b"
    r"|.*\b(?:phấn đấu|tối thiểu|ít nhất|phải)\b",
    re.IGNORECASE,
)


def tells_results(sentence: str, year: int) -> bool:
    """«Kết quả năm 2022: đạt 71,5 điểm» in a plan of 2023: a line with what was reached, nothing to do or to reach."""
    told = _RESULTS.match(sentence)
    return told is not None and (not told["year"] or int(told["year"]) < year)


def of_the_past(sentence: str, year: int) -> bool:
    """«Năm 2023, tỷ lệ … đạt 91,2%» in a plan of 2024 tells what was reached, not what is to be."""
    told = _LAST_YEARS.match(sentence) or _REACHED.search(sentence)
    return told is not None and int(told[told.lastindex or 0]) < year


def until(words: str) -> date | None:
    """The last day of «đến năm 2025»."""
    told = _BY.search(words)
    return date(int(told[1]), 12, 31) if told else None


def still_ahead(text: str, year: int) -> str:
    """The sentences of `text` that do not tell what was reached; what follows one that does goes on telling it, up to
    one about this year or later, or one that strives."""
    sentences = _SENTENCES.split(text)
    out: list[str] = []
    # «Sáu tháng đầu năm, … đạt 97%. Phấn đấu đến cuối năm …»: the first is what stands against the second.
    told = bool(_SO_FAR.match(text)) and any(_STRIVES.match(one) for one in sentences[1:])
    for sentence in sentences:
        named = [int(one) for one in _YEAR.findall(sentence)]
        told = of_the_past(sentence, year) or (
            told and not (_STRIVES.match(sentence) or (named and max(named) >= year))
        )
        out += [] if told else [sentence]
    return " ".join(out)


def read(
    sentence: str, section: str, by: date | None = None, lead: str = "", *, counts: bool = False
) -> list[DraftTarget]:
    """The targets stated in `sentence`, one for each clause with a share, a score or a least number; with `counts`, any
    number of things. `section` says where it stands. In «tối thiểu 90% A, 80% B» the second is a least share too."""
    out: list[DraftTarget] = []
    shared = ""
    for clause, in_list, strives in _clauses(sentence):
        share = _PERCENT.search(clause)
        reached = _PAST.search(clause) and not (strives or _ASKS.match(clause))
        if reached or (share and _DESCRIBES.search(clause[: share.start()])):
            continue
        if share:
            low, high = number(share[1] or share[3]), number(share[2]) if share[2] else None
            op = _op(clause[: share.start()], clause[share.end() :], high)
            op = shared if in_list and shared and op == "=" else op
            out.append(DraftTarget(section, clause, op, low, "%", high, by, lead))
            shared = op if op in (">=", ">", "<=") else ""
        elif figure := _figure(clause, counts or strives):
            op, value, unit = figure
            out.append(DraftTarget(section, clause, op, value, unit, None, by, lead))
    return out


def _figure(clause: str, counts: bool) -> tuple[str, float, str] | None:
    """The sign, the figure and the measure of a clause without a share."""
    score = _SCORE.search(clause) or _POINTS.search(clause) or (_MORE_POINTS.match(clause) if counts else None)
    rank, time = _RANK.search(clause), _AT_MOST_TIME.search(clause)
    count = _COUNT.search(clause)
    if score:
        return _op(clause[: score.start(1)], clause[score.end() :], None), number(score[1]), "điểm"
    if counts and rank:
        own = rank[2] and not re.search(r"trở lên|trở xuống|ít nhất", clause)
        return "=" if own else "<=", number(rank[1] or rank[2]), "thứ hạng"
    if time and (counts or _LESS.match(clause)):
        return "<=", number(time[1]), time[2]
    if count:
        return ">=", _counted(count[1]), count[2].strip()
    thing = _THINGS.search(clause) if counts else None
    if not thing:
        return None
    return _op(clause[: thing.start()], clause[thing.end() :], None), _counted(thing[1]), thing[2].strip()


def _clauses(sentence: str) -> Iterator[tuple[str, bool, bool]]:
    """The clauses of a sentence; whether each goes on with the list the one before it began; whether it strives."""
    text = squeeze(sentence)
    start, in_list = 0, False
    for cut in [*_CLAUSES.finditer(text), None]:
        if cut and text.count("(", start, cut.start()) > text.count(")", start, cut.start()):
            continue
        if cut and cut["act"] and not _acts_apart(text[start : cut.start()], text[cut.end() :]):
            continue
        clause = text[start : cut.start() if cut else len(text)].strip()
        figure = _PERCENT.search(clause)
        colon = clause.rfind(": ", 0, figure.start()) if figure else -1
        whole = colon >= 0 and clause.count("(", 0, colon) == clause.count(")", 0, colon)
        if whole and not re.search(r"\d", clause[:colon]):
            clause = clause[colon + 2 :]
        yield _LEADING.sub("", clause), in_list, bool(_STRIVES.match(clause))
        if cut:
            start, in_list = cut.end(), cut["list"] is not None


def _acts_apart(before: str, after: str) -> bool:
    """«Đối thoại với doanh nghiệp, xử lý 100% kiến nghị»: two acts, each with its own object, and the first without a
    figure; «Rà soát, cắt giảm 20% thời gian» is one."""
    return len(before.split()) > _FEW and not re.search(r"\d", before) and verbs.opens(after)


def of_row(section: str, entry: Entry, heading: str, year: int | None) -> DraftTarget:
    """A row of a table of targets: its figure stands in the result column, its measure beside it («≥ 80 | %»). `year`
    is what the figure's column is for, where its header tells; else `heading` may («Đến năm 2030»)."""
    words = entry.product
    by = date(year, 12, 31) if year else until(heading)
    found = _RANGE.search(words) or _FIGURE.search(words)
    op, value, high = "qualitative", None, None
    before = words[: found.start()].strip().lower() if found else ""
    if found and (len(before) < 6 or _AT_LEAST.search(before) or _AT_MOST.search(before)):
        reads = number if (entry.measure or words).strip().endswith("%") else _counted
        value, high = reads(found[1]), reads(found[2]) if found.re is _RANGE else None
        op = "range" if high is not None else _SIGNS.get(before) or _op(before, words[found.end() :], None)
    return DraftTarget(
        section,
        entry.title,
        op,
        value,
        entry.measure or ("%" if "%" in words else ""),
        high,
        by,
        squeeze(entry.lead),
    )


def number(words: str) -> float:
    """«97,5» and «97.5» alike: shares are written with a decimal comma or point and no thousands."""
    return float(words.replace(",", "."))


def _counted(words: str) -> float:
    """A number of things, where a point stands between thousands: «1.300»."""
    return number(re.sub(r"\.(?=\d{3}(?!\d))", "", words))


def _op(before: str, after: str, high: float | None) -> str:
    if _AT_LEAST.search(before) or _AND_UP.search(after):
        return ">="
    if high is not None:
        return "range"
    if _MORE.search(before):
        return ">"
    return "<=" if _AT_MOST.search(before) else "="


def same_key(target: DraftTarget) -> str:
    """What two wordings of one target have in common: from its figure on, without marks or punctuation."""
    found = _PERCENT.search(target.text)
    return re.sub(r"[^\w%]+", " ", fold(target.text[found.start() :] if found else target.text)).strip()
