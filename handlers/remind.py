"""`nhắc trước 10,5,2 ngày lúc 7h30`: when reminders come: for the office, a unit («nhắc QLVH trước 5,1 ngày»), a plan
(«nhắc KH1 trước 10,5 ngày»); `nhắc QLVH như cơ quan`: as everybody."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import time
from typing import Any

from handlers.authority import Action, Scope, scope
from handlers.reminder_times import REMINDING, policy_words, with_next
from handlers.rows import plan_named
from handlers.talk import Answered, Command, NotMine, Refused, Talk
from lang.fold import fold
from lang.text import N_, _
from schedules import reminders
from schedules.policies import policy_of
from storage.models import Office, Plan, PlanStatus, Unit
from storage.outbox import Words

MOST_NUMBERS, MOST_DAYS = 5, 60
FIRST_HOUR, LAST_HOUR = time(6, 0), time(17, 0)
_LIST = r"(\d{1,4}(?:\s*(?:,|;|/|va|\s)\s*\d{1,4})*)"
_BEFORE = re.compile(rf"truoc(?: han)?(?: la)? {_LIST} ngay(?: lam viec)?")
_AFTER = re.compile(rf"qua han (?:vao )?(?:cac )?(?:ngay (?:thu )?)?{_LIST}(?: ngay)?(?: lam viec)?")
_WEEKLY = re.compile(r"(khong(?: nhac)? )?(?:(?:sau do|roi|va) )?(?:hang|moi) tuan(?: mot lan)?")
_OVERDUE = re.compile(r"qua han(?= (?:hang|moi) tuan)")
_AT = re.compile(r"(?:vao )?luc (\d{1,2})(?:\s*(?:h|:|gio)(?:\s*(\d{2}))?)?(?: phut)?( sang| chieu)?")
_USUAL = re.compile(r"(?:nhu|theo) (?:co quan|(?:toan )?so|ban dau|mac dinh|thuong le|chung|cu)")
_FILLER = re.compile(r"(?:\s|[,;.:]|\b(?:va|nhe|a|nha|roi|han|sau do)\b)*")
_STARTS = re.compile(
    rf"\b(?:{_BEFORE.pattern}|{_AFTER.pattern}|{_OVERDUE.pattern}|{_AT.pattern}|{_USUAL.pattern}|{_WEEKLY.pattern})"
)
_TO_PEOPLE = re.compile(r"\b(?:nhe|nha|a|oi|anh|chi|em|moi nguoi|giup|ho)\b")
_OFFICE = ("", "co quan", "ca co quan", "toan co quan", "chung", "toan so")
_PLAN = re.compile(r"(?:kh|ke hoach)\s*(?:so )?\d{1,6}")


@dataclass(frozen=True, slots=True)
class Wish:
    """For whom (as typed, folded), and what of the policy; None: as everybody."""

    whose: str
    said: dict[str, Any] | None


def read(words: str) -> Wish | None:
    """What words after «nhắc» ask for; None when they are about something else. Raises `Refused` for numbers out of
    bounds."""
    text = fold(words).strip(" .")
    start = _STARTS.search(text)
    if start is None:
        return None
    whose, rest = text[: start.start()].strip(" ,:"), text[start.start() :]
    said: dict[str, Any] = {}
    if _USUAL.fullmatch(rest):
        return Wish(whose, None)
    for name, pattern in (("before", _BEFORE), ("after", _AFTER), ("at", _AT), ("weekly", _WEEKLY)):
        found = pattern.search(rest)
        if found is None:
            continue
        said[name] = _READ[name](found)
        rest = f"{rest[: found.start()]} {rest[found.end() :]}"
    if "after" in said:
        said.setdefault("weekly", False)
    rest = re.sub(r"\bqua han\b", " ", rest) if "weekly" in said else rest
    return Wish(whose, said) if said and _FILLER.fullmatch(rest) else None


def _numbers(found: re.Match[str]) -> list[int]:
    numbers = [int(one) for one in re.findall(r"\d+", found[1])]
    if len(numbers) > MOST_NUMBERS or not all(1 <= n <= MOST_DAYS for n in numbers):
        raise Refused(_("Xin ghi từ 1 đến {n} số, mỗi số từ 1 đến {days} ngày.", n=MOST_NUMBERS, days=MOST_DAYS))
    return numbers


def _before(found: re.Match[str]) -> list[int]:
    return sorted(set(_numbers(found)), reverse=True)


def _after(found: re.Match[str]) -> list[int]:
    return sorted(set(_numbers(found)))


def _hour(found: re.Match[str]) -> str:
    hour, minute = int(found[1]), int(found[2] or 0)
    hour += 12 if (found[3] or "").strip() == "chieu" and hour < 12 else 0
    if hour > 23 or minute > 59 or not FIRST_HOUR <= time(hour, minute) <= LAST_HOUR:
        first, last = f"{FIRST_HOUR:%H:%M}", f"{LAST_HOUR:%H:%M}"
        raise Refused(_("Giờ nhắc trong khoảng {first} đến {last}.", first=first, last=last))
    return f"{hour:02}:{minute:02}"


def _weekly(found: re.Match[str]) -> bool:
    return not found[1]


_READ: dict[str, Callable[[re.Match[str]], Any]] = {"before": _before, "after": _after, "at": _hour, "weekly": _weekly}


def run(talk: Talk) -> Answered:
    if fold(talk.words).strip(" .") in ("", "nao", "gi"):
        raise NotMine
    try:
        wish = read(talk.words)
    except Refused:
        talk.need(Action.REMIND)
        raise
    if wish is None:
        raise NotMine(_("Xin ghi như: nhắc trước 10,5,2 ngày lúc 7h30. Xem: lịch nhắc"))
    talk.need(Action.REMIND)
    if _PLAN.fullmatch(wish.whose):
        return _for_plan(talk, plan_named(talk, wish.whose), wish)
    if wish.whose in _OFFICE:
        return _for_office(talk, wish) if wish.whose or _speaks_for_office(talk) else _for_own(talk, wish)
    unit = talk.unit(re.sub(r"^(?:cho |don vi )+", "", wish.whose))
    if unit.id not in talk.units_for(Action.REMIND).units:
        raise Refused(_("Anh/chị chưa được đổi lịch nhắc của {unit}.", unit=unit.name))
    return _for_unit(talk, unit, wish)


def fits(name: str, words: str) -> bool:
    """Overheard in a group: a policy in so many figures, for nobody or for a plan; or «nhắc như cơ quan»."""
    try:
        wish = read(words) if not _TO_PEOPLE.search(fold(words)) else None
    except Refused:
        return False
    return wish is not None and (wish.whose in _OFFICE or bool(_PLAN.fullmatch(wish.whose)))


def _speaks_for_office(talk: Talk) -> bool:
    """Whether what is said here of nobody in particular is about the office: not in the group of some units."""
    shows_units = talk.group_sight is not None and not talk.group_sight.whole
    return not shows_units and scope(Action.REMIND, talk.standings()) is Scope.OFFICE


def _for_own(talk: Talk, wish: Wish) -> Words:
    units = [talk.directory.by_id[unit] for unit in talk.units_for(Action.REMIND).units]
    units = [unit for unit in units if unit.merged_into is None]
    if len(units) != 1:
        raise Refused(_("Xin ghi tên đơn vị, ví dụ: nhắc QLVH trước 5,1 ngày"))
    return _for_unit(talk, units[0], wish)


def _for_office(talk: Talk, wish: Wish) -> Words:
    talk.need(Action.RULE)
    return _set(talk, talk.here, wish)


def _for_unit(talk: Talk, unit: Unit, wish: Wish) -> Words:
    return _set(talk, unit, wish, [unit.id or 0])


def _for_plan(talk: Talk, plan: Plan, wish: Wish) -> Words:
    talk.need(Action.RULE)
    if plan.status not in (PlanStatus.DRAFT, PlanStatus.LIVE):
        raise Refused(_("KH{number} không còn dùng.", number=plan.number))
    if wish.said and "at" in wish.said:
        raise Refused(_("Giờ nhắc đặt chung cho cơ quan hoặc cho từng đơn vị, không đặt cho một kế hoạch."))
    return _set(talk, plan, wish)


def _set(talk: Talk, row: Office | Unit | Plan, wish: Wish, about: Collection[int] = ()) -> Words:
    """Keep the wish with the office, unit or plan it is about; appointments move at once."""
    kept = dict(row.policy)
    new = {key: value for key, value in kept.items() if key not in REMINDING} if wish.said is None else kept
    new = {**new, **(wish.said or {})}
    if new == kept:
        raise Refused(_("Lịch nhắc hiện đã như vậy. Xem: lịch nhắc"))
    talk.journal.touch(row)
    row.policy = new
    talk.forget_rules()
    whose = "cơ quan" if isinstance(row, Office) else f"KH{row.number}" if isinstance(row, Plan) else row.called
    talk.write("remind", whose)
    reminders.set_again(talk.session, talk.here, talk.now)
    said = wish.said if wish.said is not None else dict.fromkeys(REMINDING)
    how = policy_words(policy_of(talk.here).changed(row.policy), said)
    match row:
        case Unit() if wish.said is None:
            head = _("{unit} từ nay được nhắc như cơ quan: {how}.", unit=row.name, how=how)
        case Unit():
            head = _("{unit} từ nay được nhắc {how}.", unit=row.name, how=how)
        case Plan() if wish.said is None:
            head = _("KH{number} từ nay được nhắc như cơ quan.", number=row.number)
        case Plan():
            head = _("KH{number} từ nay được nhắc {how}.", number=row.number, how=how)
        case _:
            head = _("Cơ quan từ nay được nhắc {how}.", how=how)
    return with_next(talk, head, about)


COMMAND = Command(
    name="nhắc",
    slash="nhac",
    says=("đặt nhắc", "đặt lịch nhắc"),
    help=N_("đổi khi nào nhắc; một đơn vị: nhắc QLVH trước 5,1 ngày; như cũ: nhắc như cơ quan"),
    example="nhắc trước 10,5,2 ngày lúc 7h30",
    place=8.75,
    action=Action.REMIND,
    run=run,
    anyone=True,
    fits=fits,
    whole=True,
)
