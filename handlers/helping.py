"""`phối hợp`: who still has to send a part to whom; `phối hợp nộp trước 3 ngày làm việc`: the office gives co-operating
units a day of their own; `đã gửi phần phối hợp 12`: a unit has sent its part, as `xong 12` says too."""

import re
from collections.abc import Sequence
from functools import partial

from handlers import contributing, reading
from handlers.authority import Action
from handlers.narrowing import narrowed, whose
from handlers.talk import Answered, Command, NotMine, Refused, Talk
from handlers.work import no_such, one
from lang.fold import fold
from lang.spoken_days import day_words, short_day
from lang.text import N_, _, many
from schedules.helping import share_line, waiting_lines
from schedules.tell import Ear, Kind
from schedules.views import Page, item_name
from storage import contributions, deadlines
from storage.contributions import Share
from storage.outbox import Words

FEW = 6
MOST_DAYS = 20
SENT = ("đã gửi phần phối hợp", "gửi phần phối hợp", "xong phần phối hợp", "phối hợp xong", "đã phối hợp")
_SENT = tuple(fold(name) for name in SENT)
_NUMBERS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "bay": 7}
_BEFORE = re.compile(
    r"(?:(?:phai )?(?:nop|gui) )?(?:phan (?:phoi hop|cua minh|viec) )?truoc(?: han)? "
    rf"(\d{{1,3}}|{'|'.join(_NUMBERS)}) ngay(?: lam viec)?"
)
_SAME_DAY = re.compile(r"(?:(?:phai )?(?:nop|gui) )?cung (?:ngay|han)(?: voi (?:don vi )?chu tri)?")


def run(talk: Talk) -> Answered:
    words = fold(talk.words).strip(" .")
    if talk.name in _SENT:
        return _sent(talk)
    if found := _BEFORE.fullmatch(words):
        days = _NUMBERS.get(found[1]) or int(found[1])
        if not 1 <= days <= MOST_DAYS:
            raise Refused(_("Xin ghi từ 1 đến {n} ngày làm việc.", n=MOST_DAYS))
        return _set(talk, days)
    if _SAME_DAY.fullmatch(words):
        return _set(talk, None)
    if (code := reading.code(words)) is not None:
        return one(talk, code)
    return _list(talk)


def fits(name: str, words: str) -> bool:
    """Overheard in a group: the office's rule in so many words, or a part that was sent."""
    if name in _SENT:
        return bool(reading.code(words))
    return bool(_BEFORE.fullmatch(fold(words)) or _SAME_DAY.fullmatch(fold(words)))


def _sent(talk: Talk) -> Answered:
    """«đã gửi phần phối hợp 12»: only the part can be meant, never the deadline itself."""
    codes = reading.result(talk.words, talk.today).codes
    if not codes:
        if not talk.incoming.addressed:
            raise NotMine
        raise Refused(_("Xin kèm mã việc, ví dụ: đã gửi phần phối hợp 12. Xem: phối hợp"))
    return _send(talk, codes)


def _send(talk: Talk, codes: Sequence[int]) -> Words:
    """Record the parts of this person's unit in these deadlines; each that cannot be is answered with its reason."""
    found = deadlines.by_codes(talk.session, talk.here.id or 0, codes, lock=True)
    sendings, left = [], []
    for code in codes:
        sending = contributing.meant(talk, found.get(code), None, mine=False)
        if sending is None:
            left.append(_not_theirs(code) if code in found else no_such(code))
        elif (why := contributing.why_not(talk, sending)) is not None:
            left.append(why)
        else:
            sendings.append(sending)
    if not sendings:
        raise Refused("\n".join(left))
    return contributing.record(talk, sendings, left)


def _not_theirs(code: int) -> str:
    return _("Đơn vị của anh/chị không có phần phối hợp riêng trong việc {code}. Xem: phối hợp", code=code)


def _list(talk: Talk) -> Words:
    """What the units that may be seen here have to send, and what they wait for."""
    sight = talk.units_for(Action.SEE)
    if talk.words:
        sight = narrowed(talk, sight, talk.words)
    days = talk.here.help_days
    if days is None:
        rule = _("Đơn vị phối hợp chưa có hạn gửi riêng.")
        if talk.may(Action.SETTLE):
            rule += " " + _("Đặt hạn thì gõ: phối hợp nộp trước 3 ngày làm việc")
        return Words(rule)
    shares = contributions.owed(talk.session, talk.here, talk.directory, talk.calendar, talk.today)
    theirs = [share for share in shares if share.unit_id in sight.units]
    led = [share for share in shares if share.item.deadline.unit_id in sight.units]
    page = Page()
    page.head(_("{whose}, phối hợp, {day}", whose=whose(talk, sight), day=day_words(talk.today)))
    units = talk.directory.by_id
    waiting = waiting_lines(led, talk.today, units)
    if not sight.whole:
        lines = [(share_line(share, talk.today, units), share.item.deadline.code) for share in theirs]
        page.listed(_("Đơn vị cần gửi"), lines, keep=2 + min(len(waiting), 3))
        may = set(sight.units) <= set(talk.units_for(Action.CLOSE).units)
        page.actions = [f"xong {code}" for code in page.about] if may else []
    page.listed(_("Chờ đơn vị phối hợp"), waiting, keep=2)
    if not page.about:
        page.line(_("Không còn phần phối hợp nào chưa gửi."))
    page.rest("phối hợp")
    page.line(_rule(days))
    return page.words()


def _rule(days: int | None) -> str:
    if days is None:
        return _("Đơn vị phối hợp không có hạn gửi riêng.")
    return many(
        "Đơn vị phối hợp gửi phần phối hợp trước hạn của đơn vị chủ trì {n} ngày làm việc.",
        "Đơn vị phối hợp gửi phần phối hợp trước hạn của đơn vị chủ trì {n} ngày làm việc.",
        days,
    )


def _set(talk: Talk, days: int | None) -> Words:
    talk.need(Action.SETTLE)
    office = talk.here
    if office.help_days == days:
        raise Refused(_rule(days))
    before = {_place(share): share for share in _owed(talk)}
    talk.journal.touch(office)
    office.help_days = days
    talk.write("help_days", "")
    now = _owed(talk)
    tell_rule(talk, also=[share.unit_id for share in before.values()])
    lines = [_rule(days)]
    shown = now if now else list(before.values())
    if shown:
        works = len({share.item.deadline.id for share in shown})
        units = len({share.unit_id for share in shown})
        counted = {"n": works, "units": units}
        if now:
            lines.append(_("{n} việc đang mở, {units} đơn vị phối hợp:", **counted))
        else:
            lines.append(_("{n} việc đang mở, {units} đơn vị phối hợp không còn hạn riêng.", **counted))
    moved = _moved(talk, now, before)
    lines += moved[:FEW]
    if len(moved) > FEW:
        lines.append(_("và {n} việc khác: {command}", n=len(moved) - FEW, command="phối hợp"))
    lines.append(_("Nhầm thì trả lời: hoàn tác"))
    return Words("\n".join(lines), actions=("hoàn tác",))


def _owed(talk: Talk) -> Sequence[Share]:
    return contributions.owed(talk.session, talk.here, talk.directory, talk.calendar, talk.today)


def _place(share: Share) -> tuple[int, int]:
    return share.item.deadline.code, share.unit_id


def _moved(talk: Talk, shares: Sequence[Share], before: dict[tuple[int, int], Share]) -> list[str]:
    """A line for each deadline: «12 Báo cáo rà soát TTHC: TTr, KHTC 29/5 → 31/5»."""
    together: dict[str, list[str]] = {}
    for share in shares:
        old = before.get(_place(share))
        days = short_day(share.day) if old is None else f"{short_day(old.day)} → {short_day(share.day)}"
        unit = talk.directory.by_id[share.unit_id]
        together.setdefault(f"{item_name(share.item)}: {{}} {days}", []).append(unit.called)
    return [line.replace("{}", ", ".join(units)) for line, units in together.items()]


def tell_rule(talk: Talk, also: Sequence[int] = ()) -> None:
    """Tell the co-operating units by when they send their parts now; `also` those that had some before."""
    shares = _owed(talk)

    def said(ear: Ear, units: Sequence[int]) -> Words:
        theirs = [share for share in shares if share.unit_id in units]
        page = Page()
        page.line(f"{ear.opening}{_rule(talk.here.help_days)}")
        lines = [(share_line(share, talk.today, talk.directory.by_id), share.item.deadline.code) for share in theirs]
        page.listed(_("Phối hợp"), lines[:FEW])
        if len(lines) > FEW:
            page.line(_("và {n} việc khác: {command}", n=len(lines) - FEW, command="phối hợp"))
        return page.words()

    told: dict[Ear, list[int]] = {}
    for unit in dict.fromkeys([*(share.unit_id for share in shares), *also]):
        for ear in talk.ears.unit(unit):
            if ear.chat_id != talk.chat.id:
                told.setdefault(ear, []).append(unit)
    for ear, units in told.items():
        talk.tell(ear.chat_id, Kind.HELPING, partial(said, ear, units))


COMMAND = Command(
    name="phối hợp",
    slash="phoihop",
    says=(*SENT, "phần phối hợp", "đơn vị phối hợp", "ai chưa gửi phần phối hợp"),
    help=N_("xem phần phối hợp chưa gửi; đã gửi thì: xong 12"),
    example="phối hợp",
    place=8.05,
    action=Action.SEE,
    run=run,
    takes_codes=True,
    fits=fits,
)
