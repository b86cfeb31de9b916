"""`khối Văn hóa = QLVH, TTVH`: the units that one deputy of the office's leader answers for."""

import re
from collections.abc import Sequence

from sqlmodel import select

from handlers.authority import Action
from handlers.roles_said import bare_block, blocks, everybody, privately
from handlers.talk import Answered, Command, NotMine, Refused, Talk
from lang.text import _
from schedules.views import Page, names, short
from storage.models import Person, Role, UnitSet, UnitSetMember
from storage.outbox import Words

MOST_BLOCKS = 10
_MEANS = re.compile(r"\s*(?:=|:|\bgồm\b|\bgom\b)\s*", re.IGNORECASE)


def run(talk: Talk) -> Answered:
    name, *meaning = _MEANS.split(talk.words, maxsplit=1)
    known = blocks(talk.session, talk.here.id or 0) if talk.office else []
    found = next((one for one in known if bare_block(one.name) == bare_block(name)), None)
    if name and not meaning and found is None:
        raise NotMine
    talk.need(Action.PEOPLE)
    privately(talk)
    if not name:
        return _all(talk, known)
    if meaning:
        return _define(talk, name, found, meaning[0])
    assert found is not None
    return Words(_line(talk, found, everybody(talk)))


def _all(talk: Talk, known: list[UnitSet]) -> Words:
    if not known:
        raise Refused(_("Chưa có khối nào. Đặt khối bằng câu: khối Văn hóa = QLVH, TTVH"))
    page = Page()
    people = everybody(talk)
    for one in known[:MOST_BLOCKS]:
        page.line(_line(talk, one, people))
    return page.words()


def _line(talk: Talk, block: UnitSet, people: Sequence[tuple[Person, Sequence[Role]]]) -> str:
    units = names(talk.directory.by_id[one.unit_id] for one in _members(talk, block)) or _("chưa có đơn vị")
    leaders = [person.name for person, roles in people if any(role.set_id == block.id for role in roles)]
    if leaders:
        return _("{block}: {units}. Phụ trách: {people}.", block=block.name, units=units, people=", ".join(leaders))
    return _("{block}: {units}. Chưa có người phụ trách.", block=block.name, units=units)


def _members(talk: Talk, block: UnitSet) -> list[UnitSetMember]:
    order = {unit.id: n for n, unit in enumerate(talk.directory.units)}
    query = select(UnitSetMember).where(UnitSetMember.set_id == block.id)
    return sorted(talk.session.exec(query), key=lambda one: order[one.unit_id])


def _define(talk: Talk, name: str, block: UnitSet | None, words: str) -> Words:
    told = talk.directory.who([words])
    if told.strange or not told.units:
        said = short(words, 40)
        raise Refused(_("Chưa rõ đơn vị trong «{words}». Xin ghi như: khối Văn hóa = QLVH, TTVH", words=said))
    if block is None:
        bare = re.sub(r"[«»\"]", "", name).strip()
        block = UnitSet(office_id=talk.here.id or 0, name=f"Khối {bare[:1].upper()}{bare[1:]}")
        talk.session.add(block)
        talk.session.flush()
        talk.journal.made(block)
    wanted = {unit for unit in told.units if talk.directory.by_id[unit].closed_at is None}
    old = _members(talk, block)
    talk.journal.gone(*(one for one in old if one.unit_id not in wanted))
    for unit in sorted(wanted - {one.unit_id for one in old}):
        member = UnitSetMember(set_id=block.id or 0, unit_id=unit)
        talk.session.add(member)
        talk.session.flush()
        talk.journal.made(member)
    talk.write("block", block.name)
    talk.forget_units()
    text = "\n".join([_("Đã ghi."), _line(talk, block, everybody(talk)), _("Nhầm thì trả lời: hoàn tác")])
    return Words(text, actions=("hoàn tác",))


COMMAND = Command(
    name="khối",
    slash="khoi",
    says=("các khối",),
    help="",
    example="khối Văn hóa = QLVH, TTVH",
    place=23,
    action=Action.PEOPLE,
    run=run,
    anyone=True,
)
