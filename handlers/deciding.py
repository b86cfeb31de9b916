"""Who decides about a deadline's result and its extensions, and how that is worded."""

from collections.abc import Callable
from datetime import date

from handlers.asked import said_day
from handlers.authority import Action
from handlers.talk import Talk
from lang.spoken_days import short_day
from lang.text import _
from schedules.views import item_name
from storage.deadlines import Item
from storage.models import Acceptance, Extension, Person, RoleKind


def decides(talk: Talk, item: Item) -> bool:
    """Whether this person may accept the result of a deadline and grant its extensions here. Where a plan names the
    leaders the Văn phòng does not; a deputy director does for his block."""
    unit = item.deadline.unit_id
    if unit not in talk.units_for(Action.ACCEPT).units:
        return False
    if item.plan is None or item.plan.accepted_by is not Acceptance.LEADER:
        return True
    leading = [right for right in talk.rights if right.kind is RoleKind.LEADER]
    return any(right.units is None or unit in right.units for right in leading)


def who_decides(item: Item) -> str:
    """In general: «lãnh đạo», «Văn phòng, lãnh đạo»."""
    by_leader = item.plan is not None and item.plan.accepted_by is Acceptance.LEADER
    return _("lãnh đạo") if by_leader else _("Văn phòng, lãnh đạo")


def others_who_decide(talk: Talk, item: Item) -> str:
    """By name, this person aside: «anh/chị Lan, Thu»."""
    people = talk.ears.deciders(item, but=talk.actor().id)
    if not people:
        return who_decides(item)
    return _("anh/chị {name}", name=", ".join(person.name for person in people))


def name_of(talk: Talk, person_id: int | None) -> str:
    person = talk.session.get(Person, person_id) if person_id else None
    return person.name if person else ""


def current_day(talk: Talk, item: Item) -> date:
    """The day from which an extension counts: as written, but of «trước 05/12» the last good one."""
    deadline = item.deadline
    day = deadline.last_day if deadline.strict else deadline.due
    return day or talk.today


def extension_line(talk: Talk, item: Item, extension: Extension, day: date) -> str:
    """«14 Báo cáo CCHC 6 tháng: 05/6 → 08/6 (lần 1)»."""
    return moved_line(talk, item, extension, day)()


def moved_line(talk: Talk, item: Item, extension: Extension, day: date) -> Callable[[], str]:
    """The same, to be said once the deadline has moved."""
    old, n = current_day(talk, item), item.deadline.extended + 1

    def said() -> str:
        line = _("{name}: {old} → {new}", name=item_name(item), old=short_day(old), new=short_day(day))
        times = _("lần {n}", n=n)
        if extension.late:
            times = _("{times}, xin sau hạn", times=times)
        return f"{line} ({times})"

    return said


def decided_words(talk: Talk, extension: Extension) -> str:
    """What became of an extension, for whoever comes second."""
    name = name_of(talk, extension.decided_by)
    if extension.granted is not None:
        return _(
            "đã được duyệt đến {day}, người duyệt: anh/chị {name}", day=said_day(talk, extension.granted), name=name
        )
    return _("đã được trả lời là không duyệt, người quyết định: anh/chị {name}", name=name)
