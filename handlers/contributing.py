"""What co-operating units send: who may say so, what is kept, who is told; and how it is shown with a deadline."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from handlers.asked import capital, said_day
from handlers.authority import Action
from handlers.deciding import name_of
from handlers.talk import Refused, Talk
from handlers.telling import tell_each, tell_units
from lang.moments import local
from lang.spoken_days import short_day
from lang.text import _
from schedules.tell import Ear, Kind
from schedules.views import MOST_ACTIONS, Page, due_words, item_line, item_name, sentence, short
from storage import contributions, deadlines
from storage.contributions import Share
from storage.deadlines import Item
from storage.models import Contribution
from storage.outbox import Words


@dataclass(frozen=True, slots=True)
class Sending:
    """Somebody says that a co-operating unit has sent its part."""

    share: Share
    stood_in: bool = False

    @property
    def item(self) -> Item:
        return self.share.item


def _shares(talk: Talk, item: Item) -> list[Share]:
    return contributions.shares(talk.session, talk.here, talk.directory, talk.calendar, [item])


def meant(talk: Talk, item: Item | None, instead: int | None, *, mine: bool) -> Sending | None:
    """The part that «xong 12» is about: of the unit `instead`, else of the one that this person may speak for here.
    None: the deadline itself is meant, which is where it is `mine`. Refuses where both may be, or two units."""
    shares = _shares(talk, item) if item is not None and item.task.coordinating else []
    if item is None or not shares:
        return None
    own = talk.units_for(Action.CLOSE).units
    if instead is not None:
        may = {*own, *talk.units_for(Action.STAND_IN).units}
        found = [one for one in shares if one.unit_id == instead and instead in may]
        return Sending(found[0], stood_in=instead not in own) if found else None
    theirs = [one for one in shares if one.unit_id in own]
    unsent = [one for one in theirs if one.sent is None]
    if mine and (not unsent or item.deadline.done_at is not None):
        return None
    if len(unsent) + mine > 1:
        raise Refused(_which(talk, item, unsent, mine=mine))
    return Sending((unsent or theirs)[0]) if theirs else None


def _which(talk: Talk, item: Item, shares: Sequence[Share], *, mine: bool) -> str:
    units = [*([item.deadline.unit_id] if mine else []), *(one.unit_id for one in shares)]
    code = item.deadline.code
    sentences = [f"xong {code} thay {talk.directory.by_id[unit].called}" for unit in units]
    return _(
        "Việc {code} có nhiều phần của anh/chị. Xin ghi rõ đơn vị: {sentences}",
        code=code,
        sentences="; ".join(sentences),
    )


def why_not(talk: Talk, sending: Sending) -> str | None:
    """Why nothing is to be recorded; None when something is."""
    item, code = sending.item, sending.item.deadline.code
    unit = talk.directory.by_id[sending.share.unit_id]
    if (before := sending.share.sent) is not None:
        said = {"unit": unit.name, "code": code, "name": name_of(talk, before.person_id)}
        return _("{unit} đã báo gửi phần phối hợp việc {code} trước đó, người báo: anh/chị {name}.", **said)
    if item.deadline.done_at is not None:
        return _("Việc {code} đã ghi nhận kết quả nên không cần gửi phần phối hợp.", code=code)
    return None


def note(talk: Talk, sending: Sending) -> str:
    """Keep that it was sent; the sentence that says so. The caller writes the event."""
    item, unit = sending.item, talk.directory.by_id[sending.share.unit_id]
    made = Contribution(
        deadline_id=item.deadline.id or 0, unit_id=unit.id or 0, at=talk.now, person_id=talk.actor().id or 0
    )
    made.stood_in = sending.stood_in
    talk.session.add(made)
    talk.session.flush()
    talk.journal.made(made)
    return sentence(_("Đã ghi nhận phần phối hợp của {unit}: {name}", unit=unit.name, name=item_name(item)))


def tell_sent(talk: Talk, sendings: Sequence[Sending]) -> None:
    """Tell the leads who has sent and who has not, and a unit what was said in its place."""
    by_code = {sending.item.deadline.code: sending for sending in sendings}

    def to_lead(ear: Ear, items: Sequence[Item]) -> Words:
        units = dict.fromkeys(talk.directory.by_id[by_code[item.deadline.code].share.unit_id].name for item in items)
        lines = [_("{to}{units} đã gửi phần phối hợp", to=ear.opening, units=", ".join(units))]
        for item in items:
            lines += [item_line(item, talk.today, prefix=_("hạn ")), *_waits_for(talk, item)]
        return Words(capital("\n".join(lines)), about=tuple(item.deadline.code for item in items))

    tell_units(talk, Kind.SENT, [sending.item for sending in sendings], to_lead)

    def to_unit(ear: Ear, items: Sequence[Item]) -> Words:
        codes = tuple(item.deadline.code for item in items)
        said = {"to": ear.opening, "name": talk.actor().name, "item": "; ".join(map(item_name, items))}
        lines = [_("{to}anh/chị {name} (Văn phòng) ghi thay đơn vị: đã gửi phần phối hợp {item}.", **said)]
        objections = tuple(f"chưa gửi {code}" for code in codes[:MOST_ACTIONS])
        lines.append(_("Nếu chưa đúng, trả lời: {sentence}", sentence=objections[0]))
        return Words(capital("\n".join(lines)), actions=() if ear.relayed else objections, about=codes)

    stood_in = [(sending.share.unit_id, sending.item) for sending in sendings if sending.stood_in]
    tell_each(talk, Kind.STAND_IN, stood_in, to_unit)


def _waits_for(talk: Talk, item: Item) -> list[str]:
    left = [one for one in _shares(talk, item) if one.sent is None]
    if not left:
        return [_("Các đơn vị phối hợp đã gửi đủ.")]
    units = ", ".join(talk.directory.by_id[one.unit_id].name for one in left)
    return [_("Còn chờ: {units} (chậm nhất {day}).", units=units, day=said_day(talk, left[0].day))]


def record(talk: Talk, sendings: Sequence[Sending], left: Iterable[str]) -> Words:
    """Record these parts and answer; `left` is said too."""
    lines = [note(talk, sending) for sending in sendings]
    codes = tuple(sending.item.deadline.code for sending in sendings)
    talk.write("send", " ".join(map(str, codes)))
    tell_sent(talk, sendings)
    leads = dict.fromkeys(talk.directory.by_id[sending.item.deadline.unit_id].name for sending in sendings)
    lines.append(_("Đơn vị chủ trì: {units}.", units=", ".join(leads)))
    if talk.incoming.files:
        lines.append(_("Tệp kèm theo chưa được lưu, xin gửi thẳng cho đơn vị chủ trì."))
    lines += [*left, _("Nhầm thì trả lời: hoàn tác")]
    return Words("\n".join(lines), actions=("hoàn tác",), about=codes)


def taken_back(talk: Talk, code: int) -> Words | None:
    """«chưa gửi 12» from a co-operating unit: what was recorded for it does not stand. None: it is not about that."""
    item = deadlines.by_codes(talk.session, talk.here.id or 0, [code], lock=True).get(code)
    own = talk.units_for(Action.CLOSE).units
    if item is None or item.deadline.unit_id in own or not item.task.coordinating:
        return None
    said = [one for one in _shares(talk, item) if one.unit_id in own and one.sent is not None]
    if len(said) != 1 or said[0].sent is None:
        return None
    before, unit = said[0].sent, talk.directory.by_id[said[0].unit_id]
    recorded_by = before.person_id
    talk.journal.gone(before)
    talk.write("unsend", str(code))

    def told(opening: str = "") -> Words:
        said = {"to": opening, "unit": unit.name, "name": talk.actor().name, "item": item_name(item)}
        return Words(
            capital(_("{to}{unit} (anh/chị {name}) báo chưa gửi phần phối hợp {item}.", **said)), about=(code,)
        )

    def to_lead(ear: Ear, _items: Sequence[Item]) -> Words:
        return told(ear.opening)

    tell_units(talk, Kind.SENT, [item], to_lead)
    if recorded_by != talk.actor().id:
        talk.tell_person(recorded_by, Kind.OBJECTION, told)
    noted = sentence(_("Đã ghi: chưa gửi phần phối hợp {item}", item=item_name(item)))
    hint = _("Khi gửi xong, trả lời: xong {code}", code=code)
    return Words(f"{noted}\n{hint}", actions=(f"xong {code}",), about=(code,))


def parts_owed(talk: Talk, units: Sequence[int]) -> int:
    """How many parts these units have not sent yet."""
    return len(
        contributions.owed(talk.session, talk.here, talk.directory, talk.calendar, talk.today, units)
        if talk.here.help_days is not None
        else ()
    )


def helping_words(talk: Talk, item: Item) -> str:
    """Who co-operates, for the page of a deadline: where parts have a day, who has sent and who has not."""
    task, shares = item.task, _shares(talk, item)
    if not shares:
        return _("Phối hợp: {units}.", units="; ".join(task.coordinating)) if task.coordinating else ""
    by_id = talk.directory.by_id
    parts = list(talk.directory.who(task.coordinating).strange)
    for one in shares:
        if one.sent is not None:
            day = short_day(local(one.sent.at, talk.here.zone).date())
            parts.append(_("{unit} đã gửi {day}", unit=by_id[one.unit_id].name, day=day))
    left = [by_id[one.unit_id].name for one in shares if one.sent is None]
    if left and item.deadline.done_at is None:
        parts.append(_("{units} chưa gửi (chậm nhất {day})", units=", ".join(left), day=said_day(talk, shares[0].day)))
    elif left:
        parts += left
    return _("Phối hợp: {units}.", units="; ".join(parts))


def page_for_helper(talk: Talk, item: Item) -> Words | None:
    """What a co-operating unit sees of another's deadline; None for any other unit."""
    seen = talk.units_for(Action.SEE).units
    theirs = [one for one in _shares(talk, item) if one.unit_id in seen] if item.task.coordinating else []
    if not theirs:
        return None
    code, lead = item.deadline.code, talk.directory.by_id[item.deadline.unit_id]
    page = Page()
    page.head(f"{code} {short(item.task.title, 300)}")
    page.line(_("Chủ trì: {unit}. Hạn: {due}.", unit=lead.name, due=due_words(item.deadline, talk.today)))
    for one in theirs:
        unit = talk.directory.by_id[one.unit_id].name
        if one.sent is not None:
            day = short_day(local(one.sent.at, talk.here.zone).date())
            page.line(_("Phối hợp: {unit} đã gửi {day}.", unit=unit, day=day))
        elif item.deadline.done_at is None:
            page.line(_("Phối hợp: {unit} chưa gửi, gửi chậm nhất {day}.", unit=unit, day=said_day(talk, one.day)))
            page.actions = [f"xong {code}"][:MOST_ACTIONS]
    if item.deadline.done_at is not None:
        page.line(_("Đã ghi nhận kết quả."))
    page.about = [code]
    return page.words()
