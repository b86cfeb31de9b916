"""`quy ước`: how the office counts days and when it wants to hear of them, in plain words, each with the sentence that
changes it; `quy ước ngày nghỉ: làm trước` changes one."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers import ruling
from handlers.asked import capital
from handlers.authority import Action
from handlers.talk import Answered, Command, NotMine, Refused, Talk
from lang.fold import fold
from lang.text import N_, _
from lang.workdays import DayOff
from schedules.policies import policy_of
from schedules.policy import USUAL
from schedules.views import Page
from storage.outbox import Words

_NUMBERS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10}
_N = rf"(\d{{1,3}}|{'|'.join(_NUMBERS)})"
_WORKING = r" ngay(?: lam viec)?"
_DAYS = rf"(\d{{1,3}}|khong)(?:{_WORKING})?"
MOST_DAYS = 20
Read = Callable[[re.Match[str]], Any]


@dataclass(frozen=True, slots=True)
class Convention:
    """One thing that an office may decide for itself. `keeps`: the column of the office and the name there under which
    it is kept; `usual`: what holds where nothing is kept. `says`: patterns of what people may type after its `name`
    (folded) and what each means, raising `Refused`. `words` says what holds; `example` changes it."""

    name: str
    keeps: tuple[str, str]
    usual: Any
    says: tuple[tuple[str, Read], ...]
    words: Callable[[Any], str]
    example: str


def _number(most: int) -> Read:
    def read(found: re.Match[str]) -> int:
        n = _NUMBERS.get(found[1]) or int(found[1])
        if not 1 <= n <= most:
            raise Refused(_("Xin ghi một số từ 1 đến {n}.", n=most))
        return n

    return read


def _steps(found: re.Match[str]) -> list[int | None]:
    days = [None if one == "khong" else int(one) for one in found.groups()]
    if not all(n is None or 1 <= n <= MOST_DAYS for n in days):
        raise Refused(_("Xin ghi một số từ 1 đến {n}.", n=MOST_DAYS))
    return days


def _steps_words(value: list[int | None]) -> str:
    whom = (_("trưởng đơn vị"), _("Văn phòng"), _("lãnh đạo"))
    said = [
        _("{who} thêm {n} ngày", who=who, n=n) if any(value[:at]) else _("{who} sau {n} ngày làm việc", who=who, n=n)
        for at, (who, n) in enumerate(zip(whom, value, strict=True))
        if n
    ]
    if not said:
        return _("quá hạn chưa trả lời thì không báo lên")
    return _("quá hạn chưa trả lời thì báo {whom}", whom=", ".join(said))


def _is(value: Any) -> Read:
    return lambda _found: value


def _day_of_year(found: re.Match[str]) -> list[int]:
    day, month = int(found[1]), int(found[2])
    try:
        date(2023, month, day)
    except ValueError:
        raise Refused(_("Không có ngày {day}/{month}.", day=day, month=month)) from None
    return [month, day]


_DAY_OFF = {
    DayOff.AROUND: N_("hạn rơi vào ngày nghỉ thì nên xong ngày làm việc trước, quá hạn sau ngày làm việc kế tiếp"),
    DayOff.BEFORE: N_("hạn rơi vào ngày nghỉ thì chậm nhất ngày làm việc trước đó"),
    DayOff.AFTER: N_("hạn rơi vào ngày nghỉ thì dời sang ngày làm việc kế tiếp"),
}
CONVENTIONS = (
    Convention(
        "ngay nghi",
        ("counting", "day_off"),
        DayOff.AROUND.value,
        (
            (r"(?:phai )?(?:lam|xong|nop) truoc|truoc", _is(DayOff.BEFORE.value)),
            (r"(?:doi|lam|lui|chuyen|de)(?: ra| sang)? sau|sau", _is(DayOff.AFTER.value)),
            (r"(?:nhu|theo) (?:luat|cu|thuong le)", _is(DayOff.AROUND.value)),
        ),
        lambda value: _(_DAY_OFF[DayOff(value)]),
        "quy ước ngày nghỉ: làm trước / dời sau / như luật",
    ),
    Convention(
        "truoc ngay",
        ("counting", "eve"),
        True,
        (
            (r"(?:tinh|ke) (?:ca|luon) ngay (?:do|ay)|tinh ca ngay|(?:tinh|la) chinh ngay do", _is(False)),
            (r"(?:la |tinh )?(?:hom|ngay|ngay hom) truoc|khong tinh ngay (?:do|ay)", _is(True)),
        ),
        lambda value: _("«trước 05/12» là chậm nhất ngày 04/12") if value else _("«trước 05/12» là tính cả ngày 05/12"),
        "quy ước trước ngày: tính cả ngày đó / hôm trước",
    ),
    Convention(
        "sap den han",
        ("policy", "soon"),
        USUAL.soon,
        ((rf"(?:la |trong |truoc )?{_N}{_WORKING}", _number(MOST_DAYS)),),
        lambda value: _("còn {n} ngày làm việc thì tính là sắp đến hạn", n=value),
        "quy ước sắp đến hạn 5 ngày",
    ),
    Convention(
        "ca nam hoi truoc",
        ("policy", "year_question"),
        USUAL.year_question,
        ((rf"{_N}{_WORKING}", _number(MOST_DAYS)),),
        lambda value: _("việc cả năm được hỏi tiến độ trước mỗi kỳ báo cáo {n} ngày làm việc", n=value),
        "quy ước cả năm hỏi trước 7 ngày",
    ),
    Convention(
        "ket qua nam",
        ("policy", "year_result"),
        list(USUAL.year_result),
        ((r"(?:hoi |xin |bat dau )?tu (?:ngay )?(\d{1,2})\s*[/.]\s*(\d{1,2})", _day_of_year),),
        lambda value: _("việc cả năm được hỏi kết quả từ {day}", day=f"{value[1]:02}/{value[0]}"),
        "quy ước kết quả năm từ 01/12",
    ),
    Convention(
        "ke hoach muon",
        ("counting", "confirms_late"),
        True,
        (
            (r"(?:phai )?cho xac nhan|xac nhan", _is(True)),
            (r"tinh (?:luon|ngay)|(?:tinh )?qua han(?: luon| ngay)?", _is(False)),
        ),
        lambda value: (
            _("hạn đã qua khi nhận kế hoạch thì chờ Văn phòng xác nhận")
            if value
            else _("hạn đã qua khi nhận kế hoạch thì tính quá hạn luôn")
        ),
        "quy ước kế hoạch muộn: tính luôn / chờ xác nhận",
    ),
    Convention(
        "truoc gio",
        ("policy", "before_hour"),
        USUAL.before_hour,
        ((rf"(?:nhac )?(?:truoc )?{_N} (?:gio|tieng)", _number(8)),),
        lambda value: _("việc có giờ trong ngày được nhắc trước {n} giờ", n=value),
        "quy ước trước giờ 3 giờ",
    ),
    Convention(
        "trinh lanh dao",
        ("counting", "draft"),
        None,
        (
            (rf"truoc(?: han)? {_N}{_WORKING}", _number(10)),
            (r"(?:khong|bo|thoi)(?: can| nhac| dat ngay)?", _is(None)),
        ),
        lambda value: (
            _("không đặt ngày trình lãnh đạo")
            if value is None
            else _("trình lãnh đạo trước hạn {n} ngày làm việc", n=value)
        ),
        "quy ước trình lãnh đạo trước 2 ngày làm việc / không",
    ),
    Convention(
        "bao len",
        ("policy", "steps"),
        list(USUAL.steps),
        (
            (rf"(?:truong don vi )?{_DAYS} (?:van phong )?{_DAYS} (?:lanh dao )?{_DAYS}", _steps),
            (r"(?:khong|thoi)(?: bao)?", _is([None, None, None])),
            (r"(?:nhu|theo) (?:cu|thuong le|ban dau|mac dinh)", _is(list(USUAL.steps))),
        ),
        _steps_words,
        "quy ước báo lên 2, 2, 3 ngày / không",
    ),
)


def run(talk: Talk) -> Answered:
    said = re.sub(r"\s*[:,]\s*", " ", fold(talk.words)).strip(" .")
    if not said:
        return _listed(talk)
    found = _meant(said)
    if found is None:
        raise NotMine(_("Nhắc Việc chưa hiểu quy ước này. Xem các quy ước và cách đổi: quy ước"))
    talk.need(Action.RULE)
    one, pattern, read = found
    rest = said.removeprefix(one.name).strip()
    match = re.fullmatch(pattern, rest)
    assert match is not None
    return _set(talk, one, read(match))


def fits(name: str, words: str) -> bool:
    """Overheard in a group: one of the conventions in so many words."""
    return _meant(re.sub(r"\s*[:,]\s*", " ", fold(words)).strip(" .")) is not None


def _meant(said: str) -> tuple[Convention, str, Read] | None:
    for one in CONVENTIONS:
        if said.startswith(f"{one.name} "):
            rest = said.removeprefix(one.name).strip()
            for pattern, read in one.says:
                if re.fullmatch(pattern, rest):
                    return one, pattern, read
    return None


def _kept(talk: Talk, one: Convention) -> Any:
    column, name = one.keeps
    return getattr(talk.here, column).get(name, one.usual)


def _set(talk: Talk, one: Convention, value: Any) -> Words:
    if _kept(talk, one) == value:
        raise Refused(_("Quy ước hiện nay: {what}.", what=one.words(value)))
    column, name = one.keeps

    def change() -> None:
        kept = {key: old for key, old in getattr(talk.here, column).items() if key != name}
        setattr(talk.here, column, kept if value == one.usual else {**kept, name: value})

    def said() -> str:
        return _("Quy ước từ nay: {what}.", what=one.words(value))

    return ruling.decide(
        talk, "convention", one.words(value), change, said, counts=one.name in ("ngay nghi", "truoc ngay")
    )


def _listed(talk: Talk) -> Words:
    talk.need(Action.SEE)
    page = Page()
    page.head(_("Quy ước của cơ quan"))
    for number, one in enumerate(CONVENTIONS, 1):
        line = f"{number}. {capital(one.words(_kept(talk, one)))}."
        change = _("Đổi: {example}", example=one.example)
        page.line(f"{line} {change}" if talk.may(Action.RULE) else line)
    days = talk.here.help_days
    if days is None:
        page.line(_("Phối hợp: không có hạn gửi riêng. Đổi: phối hợp nộp trước 3 ngày làm việc"))
    else:
        page.line(_("Phối hợp: gửi trước hạn của đơn vị chủ trì {n} ngày làm việc. Xem: phối hợp", n=days))
    at = policy_of(talk.here).at
    page.line(_("Ngày nghỉ, ngày làm bù: lịch. Nhắc lúc {hour} và trước mấy ngày: lịch nhắc", hour=f"{at:%H:%M}"))
    return page.words()


COMMAND = Command(
    name="quy ước",
    slash="quyuoc",
    says=("các quy ước", "quy ước của cơ quan"),
    help=N_("xem cơ quan tính ngày và nhắc theo quy ước nào, cách đổi"),
    example="quy ước",
    place=8.7,
    action=Action.SEE,
    run=run,
    fits=fits,
)
