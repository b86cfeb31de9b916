"""`nghỉ 10-14/6, thay Lan`: while somebody is away, rights and reminders are the stand-in's too, and come back."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from handlers import office_days
from handlers.asked import capital, said_day
from handlers.authority import Action, Scope, scope
from handlers.roles_said import as_typed, current, everybody, roles_words, who
from handlers.talk import Answered, Command, NotMine, Refused, Talk, pick
from lang import ranges
from lang.fold import fold
from lang.ranges import NoRange, Range
from lang.text import N_, _
from schedules.tell import Kind
from schedules.views import Page, numbered, short
from storage import people
from storage.models import Leave, Person, Question, Role
from storage.outbox import Words

MOST_SHOWN = 10
MOST_OFFERED = 8
_CANCEL = ("bo nghi", "huy nghi", "thoi nghi")
_PLAIN = ("nghi", "/nghi")
_ME = {"toi", "em", "cho toi"}
_STANDS_IN = (
    re.compile(r"[,;]\s*([^,;]+?) (?:se )?(?:lam |truc )?thay(?: .*)?$"),
    re.compile(r"(?<=\d) ([a-z ]+?) (?:lam )?thay(?: (?:toi|em|minh))?$"),
    re.compile(r"[,;]?\s*\b(?:nguoi )?(?:lam )?thay(?: la| the)?\s*:?\s+(.+)$"),
    re.compile(r"[,;]?\s*\b(?:nho|giao(?: cho)?|uy quyen(?: cho)?)\s+(.+?)(?: (?:lam )?thay)?$"),
)
_WHY = re.compile(r"^(?:phep|om|viec rieng|che do|cong tac|di cong tac|di hoc|hoc)\b[ ,:]*")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was said: who is away when, who stands in; «» for what was not said."""

    name: str
    days: Range | None
    stand_in: str


def run(talk: Talk) -> Answered:
    if talk.name in _CANCEL:
        return _cancel(talk)
    if not talk.words:
        return _listed(talk)
    asked = _understood(talk, talk.words)
    talk.need(Action.LEAVE)
    person = who(talk, asked.name) if asked.name else talk.actor()
    assert asked.days is not None
    if asked.stand_in:
        return _away(talk, person, asked.days, who(talk, asked.stand_in))
    if talk.name in _PLAIN and not asked.name and not _WHY.match(fold(talk.words)):
        return _whose(talk, asked.days)
    return _ask_stand_in(talk, person, asked.days)


def _understood(talk: Talk, words: str) -> Asked:
    said = fold(words)
    stand_in = ""
    for pattern in _STANDS_IN:
        found = pattern.search(said)
        if found and found[1].strip() not in _ME:
            stand_in, said = as_typed(words, found[1].strip(" .,")), said[: found.start()].strip(" ,;")
            break
    said = _WHY.sub("", said)
    name, colon, rest = said.rpartition(":")
    tokens = rest.split()
    past = False
    for at in range(1 if colon else len(tokens)):
        try:
            days = ranges.read(" ".join(tokens[at:]), talk.local)
        except NoRange as none:
            past = past or none.past
            continue
        name = name.strip() or " ".join(tokens[:at])
        if name and not people.named(talk.session, talk.here.id or 0, name):
            raise NotMine
        return Asked(name, days, stand_in)
    if past:
        raise Refused(_("Những ngày này đã qua. Xin ghi cả năm nếu cần."))
    if not any(letter.isdigit() for letter in said) and not stand_in:
        raise NotMine
    raise Refused(_("Nhắc Việc chưa hiểu ngày nghỉ. Xin ghi như: nghỉ 10-14/6, thay Lan"))


def _whose(talk: Talk, days: Range) -> Words:
    """«nghỉ 02/01» may be the office's day off or this person's."""
    choices = [(_("Anh/chị nghỉ"), "mine"), (_("Cả cơ quan nghỉ"), "office")]
    talk.ask("leave", _plain(talk.actor(), days), choices)
    asked = _("{days}: anh/chị nghỉ, hay cả cơ quan nghỉ?", days=_days(talk, days))
    return Words("\n".join([capital(asked), *numbered(label for label, _value in choices)]))


def answer_whose(talk: Talk, question: Question, words: str) -> Answered:
    value = pick(question, words)
    person, days = _meant(talk, question)
    if value == "mine":
        return _ask_stand_in(talk, person, days)
    if talk.may(Action.RULE):
        return office_days.free(talk, [days])
    works = talk.calendar.works(days.since)
    day = capital(said_day(talk, days.since))
    told = _("{day} là ngày làm việc theo lịch.", day=day) if works else _("{day} là ngày nghỉ theo lịch.", day=day)
    return Words(told + " " + _("Ngày nghỉ của cơ quan do Văn phòng, quản trị ghi."))


def _ask_stand_in(talk: Talk, person: Person, days: Range) -> Words:
    own = {role.unit_id for role in current(talk, person) if role.unit_id}
    others = [(one, roles) for one, roles in everybody(talk) if one.id != person.id]
    near = [one for one, roles in others if own & {role.unit_id for role in roles}]
    ahead = _open(talk)
    free = [one for one in near if not _overlapping(ahead, one, days)][:MOST_OFFERED]
    talk.ask("stand_in", _plain(person, days), [(one.name, one.id) for one in free])
    asked = _("Ai thay anh/chị {name} {days}?", name=person.name, days=_days(talk, days))
    hint = _("Trả lời bằng số hoặc họ tên.") if free else _("Trả lời bằng họ tên.")
    return Words("\n".join([asked, *numbered(one.name for one in free), hint]))


def answer_stand_in(talk: Talk, question: Question, words: str) -> Answered:
    person, days = _meant(talk, question)
    said = re.sub(r"^thay\s+", "", fold(words).strip(" ."))
    if not said.isdecimal() and not people.named(talk.session, talk.here.id or 0, said):
        raise NotMine
    stand_in = talk.session.get_one(Person, pick(question, words)) if said.isdecimal() else who(talk, said)
    return _away(talk, person, days, stand_in)


def _plain(person: Person, days: Range) -> dict[str, object]:
    return {"person": person.id, "since": days.since.isoformat(), "until": days.until.isoformat()}


def _meant(talk: Talk, question: Question) -> tuple[Person, Range]:
    talk.need(Action.LEAVE)
    subject = question.subject
    days = Range(date.fromisoformat(subject["since"]), date.fromisoformat(subject["until"]))
    return talk.session.get_one(Person, subject["person"]), days


def _for_anybody(talk: Talk) -> bool:
    return scope(Action.LEAVE, talk.standings()) is Scope.OFFICE


def _away(talk: Talk, person: Person, days: Range, stand_in: Person) -> Words:
    if person.id != talk.actor().id and not _for_anybody(talk):
        raise Refused(_("Anh/chị chưa được ghi nghỉ cho người khác. Người ghi được: người nghỉ, Văn phòng, quản trị."))
    if person.id == stand_in.id:
        raise Refused(_("Người thay cần là người khác."))
    ahead = _open(talk)
    if clash := _overlapping(ahead, person, days):
        told = _(
            "{name} đã ghi nghỉ {days}. Đổi thì gõ trước: bỏ nghỉ", name=person.name, days=_leave_days(talk, clash)
        )
        raise Refused(told)
    if clash := _overlapping(ahead, stand_in, days):
        told = _("{name} cũng nghỉ {days}. Xin chọn người khác.", name=stand_in.name, days=_leave_days(talk, clash))
        raise Refused(told)
    leave = Leave(person_id=person.id or 0, stand_in_id=stand_in.id or 0, since=days.since, until=days.until)
    talk.session.add(leave)
    talk.session.flush()
    talk.journal.made(leave)
    talk.write("leave", person.name)

    def for_stand_in() -> str:
        said = {"name": person.name, "days": _leave_days(talk, leave), "roles": roles_words(talk, person)}
        return _("{name} nghỉ {days}. Những ngày đó anh/chị thay: {roles}.", **said)

    def for_person() -> str:
        days = _leave_days(talk, leave)
        return _("Đã ghi anh/chị nghỉ {days}, {name} thay.", days=days, name=stand_in.name)

    heard = _tell(talk, stand_in, for_stand_in)
    _tell(talk, person, for_person)
    when = _leave_days(talk, leave)
    lines = [_("Đã ghi: {name} nghỉ {days}, {other} thay.", name=person.name, days=when, other=stand_in.name)]
    lines.append(_("Việc và quyền của {name} tự trở về sau ngày đó.", name=person.name))
    if not heard:
        lines.append(_("Chưa báo riêng được cho {name}: chưa nhắn với Nhắc Việc lần nào.", name=stand_in.name))
    lines.append(_("Nhầm thì trả lời: hoàn tác"))
    return Words("\n".join(lines), actions=("hoàn tác",))


def _tell(talk: Talk, person: Person, told: Callable[[], str]) -> bool:
    """Whether this person knows: told alone, or the one who speaks here."""
    if person.id == talk.actor().id:
        return True
    return talk.tell_person(person.id or 0, Kind.ROLE, lambda: Words(told()))


def _open(talk: Talk) -> list[Leave]:
    """Leave that is not over and not cancelled, the nearest first."""
    mine = select(Person.id).where(Person.office_id == talk.here.id)
    query = select(Leave).where(col(Leave.person_id).in_(mine), col(Leave.cancelled_at).is_(None))
    return list(talk.session.exec(query.where(Leave.until >= talk.today).order_by(col(Leave.since), col(Leave.id))))


def _known(talk: Talk) -> list[Leave]:
    """The leave that may be spoken of here: in a unit's group, of the unit's own people."""
    sight = talk.group_sight
    if sight is None or sight.whole:
        return _open(talk)
    own = set(talk.session.exec(select(Role.person_id).where(col(Role.unit_id).in_(sight.units))))
    return [one for one in _open(talk) if one.person_id in own]


def _overlapping(ahead: Sequence[Leave], person: Person, days: Range) -> Leave | None:
    return next(
        (one for one in ahead if one.person_id == person.id and one.since <= days.until and one.until >= days.since),
        None,
    )


def _listed(talk: Talk) -> Words:
    talk.need(Action.LEAVE)
    me = talk.actor().id
    found = [one for one in _known(talk) if _for_anybody(talk) or me in (one.person_id, one.stand_in_id)]
    if not found:
        raise Refused(_("Không có ai ghi nghỉ. Ghi nghỉ: nghỉ 10-14/6, thay Lan"))
    page = Page()
    page.head(_("Nghỉ và người thay"))
    for one in found[:MOST_SHOWN]:
        page.line(_line(talk, one))
    if len(found) > MOST_SHOWN:
        page.line(_("và {n} lượt nghỉ khác.", n=len(found) - MOST_SHOWN))
    page.line(_("Bỏ: bỏ nghỉ"))
    return page.words()


def _line(talk: Talk, leave: Leave) -> str:
    person, other = (talk.session.get_one(Person, one).name for one in (leave.person_id, leave.stand_in_id))
    return _("{name}: {days}, {other} thay", name=person, days=_leave_days(talk, leave), other=other)


def _cancel(talk: Talk) -> Words:
    talk.need(Action.LEAVE)
    me = talk.actor()
    whose = who(talk, talk.words) if talk.words else None
    if whose is not None and whose.id != me.id and not _for_anybody(talk):
        raise Refused(_("Anh/chị chưa được ghi nghỉ cho người khác. Người ghi được: người nghỉ, Văn phòng, quản trị."))
    found = [one for one in _open(talk) if one.person_id == (whose or me).id]
    if not found and whose is None and _for_anybody(talk):
        found = _known(talk)
    if not found:
        raise Refused(_("Không có lượt nghỉ nào để bỏ."))
    if len(found) == 1:
        return _called_off(talk, found[0])
    shown = found[:MOST_SHOWN]
    talk.ask("leave_off", {}, [(short(_line(talk, one)), one.id) for one in shown])
    lines = [f"{number}. {_line(talk, one)}" for number, one in enumerate(shown, 1)]
    return Words("\n".join([_("Bỏ lượt nghỉ nào? Trả lời bằng số."), *lines]))


def answer_cancel(talk: Talk, question: Question, words: str) -> Answered:
    leave = talk.session.get_one(Leave, pick(question, words))
    talk.need(Action.LEAVE)
    return _called_off(talk, leave)


def _called_off(talk: Talk, leave: Leave) -> Words:
    if leave.cancelled_at is not None:
        raise Refused(_("Lượt nghỉ này đã bỏ."))
    talk.journal.touch(leave)
    leave.cancelled_at = talk.now
    person, other = (talk.session.get_one(Person, one) for one in (leave.person_id, leave.stand_in_id))
    talk.write("leave_off", person.name)
    for one in (person, other):
        _tell(talk, one, lambda: _("Đã bỏ lượt nghỉ: {leave}.", leave=_line(talk, leave)))
    text = _("Đã bỏ lượt nghỉ: {leave}.", leave=_line(talk, leave)) + "\n" + _("Nhầm thì trả lời: hoàn tác")
    return Words(text, actions=("hoàn tác",))


def _leave_days(talk: Talk, leave: Leave) -> str:
    return _days(talk, Range(leave.since, leave.until))


def _days(talk: Talk, days: Range) -> str:
    if days.since == days.until:
        return said_day(talk, days.since)
    return _("từ {since} đến hết {until}", since=said_day(talk, days.since), until=said_day(talk, days.until))


COMMAND = Command(
    name="nghỉ",
    slash="nghi",
    says=(
        "nghỉ phép",
        "xin nghỉ",
        "báo nghỉ",
        "ghi nghỉ",
        "ai nghỉ",
        "bỏ nghỉ",
        "hủy nghỉ",
        "thôi nghỉ",
        "đi công tác",
    ),
    help=N_("báo ngày nghỉ và người thay; xem: nghỉ; bỏ: bỏ nghỉ"),
    example="nghỉ 10-14/6, thay Lan",
    place=6.9,
    action=Action.LEAVE,
    run=run,
    anyone=True,
)
ANSWERS = {"leave": answer_whose, "stand_in": answer_stand_in, "leave_off": answer_cancel}
