"""`mã Minh`: one-time codes, shown to an admin in private; which of them wait to be used."""

from collections.abc import Sequence
from datetime import date

from handlers.authority import Action
from handlers.roles_said import everybody, privately, who
from handlers.start import WHOLE, whole_or_unit
from handlers.talk import Answered, Command, NotMine, Refused, Talk
from lang.fold import fold
from lang.moments import local
from lang.spoken_days import day_words
from lang.text import _
from schedules.views import Page
from storage import codes, people
from storage.models import Invite, Person
from storage.outbox import Words

PER_PAGE = 8
_GROUP = "nhom"


def run(talk: Talk) -> Answered:
    said = fold(talk.words)
    group = said == _GROUP or said.startswith(f"{_GROUP} ")
    target = whole_or_unit(talk, talk.words.split(maxsplit=1)[-1]) if group and talk.office else None
    unit = talk.directory.one(talk.words) if talk.words and talk.office else None
    if (
        talk.words
        and talk.office
        and not (group or unit or people.named(talk.session, talk.office.id or 0, talk.words))
    ):
        if talk.name == "ma":  # «mà …» without its mark begins many a sentence
            raise NotMine
        talk.need(Action.PEOPLE)
        who(talk, talk.words)
    talk.need(Action.PEOPLE)
    privately(talk)
    if not talk.words:
        return _waiting(talk)
    if group:
        return _for_group(talk, target)
    if unit is not None:
        mine = [one for one, roles in everybody(talk) if any(role.unit_id == unit.id for role in roles)]
        return _of_unit(talk, unit.name, mine)
    return _of_one(talk, who(talk, talk.words))


def _of_one(talk: Talk, person: Person) -> Words:
    code = codes.invite(talk.session, talk.here, talk.now, person=person.id)
    talk.write("code", person.name)
    page = Page()
    page.line(f"{person.name}: {_shown(talk, code)}")
    page.line(_how(talk))
    return _secret(page)


def hand_out(talk: Talk, made: Sequence[Person]) -> list[Words]:
    """Codes for people who have just been added: a page of them, then unit by unit on demand."""
    linked = people.linked(talk.session, talk.here.id or 0)
    new = [one for one in made if one.id not in linked]
    if not new:
        return []
    page = Page()
    page.head(_("Mã kết nối, mỗi mã dùng một lần, đến hết {day}", day=day_words(_last_day(talk))))
    for one in new[:PER_PAGE]:
        page.line(f"{one.name}: {_shown(talk, codes.invite(talk.session, talk.here, talk.now, person=one.id))}")
    page.line(_how(talk))
    if len(new) > PER_PAGE:
        page.line(_("Còn {n} người. Lấy tiếp: mã và tên đơn vị, ví dụ: mã QLVH", n=len(new) - PER_PAGE))
    return [_secret(page)]


def _of_unit(talk: Talk, name: str, mine: Sequence[Person]) -> list[Words] | Words:
    """Codes for those of a unit who have neither an account nor a code."""
    linked = people.linked(talk.session, talk.here.id or 0)
    held = {invite.person_id for invite in codes.waiting(talk.session, talk.here.id or 0, talk.now)}
    new = [one for one in mine if one.id not in linked and one.id not in held]
    if new:
        talk.write("code", name)
        return hand_out(talk, new)
    waiting = [one.name for one in mine if one.id in held and one.id not in linked]
    if waiting:
        told = _("{unit}: đã cấp mã, chưa dùng: {names}. Cấp lại: mã và họ tên.", unit=name, names=", ".join(waiting))
        raise Refused(told)
    if not mine:
        told = _("{unit} chưa có ai trong danh sách nhân sự. Gửi tệp kèm lời nhắn «nhân sự».", unit=name)
        raise Refused(told + talk.by_link())
    raise Refused(_("{unit}: mọi người đã kết nối. Thêm một nơi nữa cho một người: mã và họ tên.", unit=name))


def _for_group(talk: Talk, target: int | str | None) -> Words:
    if target is None:
        raise Refused(_("Xin ghi tên đơn vị: mã nhóm QLVH; nhóm chung của cơ quan: mã nhóm toàn cơ quan"))
    unit = None if target == WHOLE else int(target)
    code = codes.invite(talk.session, talk.here, talk.now, unit=unit)
    name = talk.directory.by_id[unit].name if unit else _("toàn cơ quan")
    talk.write("code", name)
    page = Page()
    page.line(_("Nhóm {unit}: {code}", unit=name, code=_shown(talk, code, group=True)))
    day = day_words(_last_day(talk))
    page.line(_("Thêm Nhắc Việc vào nhóm rồi gõ trong nhóm: /start và mã. Dùng một lần, đến hết {day}.", day=day))
    return _secret(page)


def _waiting(talk: Talk) -> Words:
    """Which codes were given out and not used; the codes themselves nobody can show again."""
    waiting = codes.waiting(talk.session, talk.here.id or 0, talk.now)
    if not waiting:
        raise Refused(_("Không có mã nào đang chờ dùng. Cấp mã: mã Minh, mã QLVH (cả đơn vị), mã nhóm QLVH"))
    page = Page()
    page.head(_("Mã chưa dùng: {n}", n=len(waiting)))
    for invite in waiting[:PER_PAGE]:
        day = day_words(local(invite.expires_at, talk.here.zone).date())
        page.line(_("{name}: đến hết {day}", name=_name(talk, invite), day=day))
    if len(waiting) > PER_PAGE:
        page.line(_("và {n} mã khác.", n=len(waiting) - PER_PAGE))
    page.line(_("Mã đã cấp không hiện lại được. Cấp lại (mã cũ hết hiệu lực): mã và họ tên."))
    return page.words()


def _name(talk: Talk, invite: Invite) -> str:
    if invite.person_id is not None:
        return talk.session.get_one(Person, invite.person_id).name
    unit = talk.directory.by_id[invite.unit_id].name if invite.unit_id else _("toàn cơ quan")
    return _("nhóm {unit}", unit=unit)


def _shown(talk: Talk, code: str, group: bool = False) -> str:
    """The code, as a link where the messenger has such."""
    link = talk.incoming.links[group]
    return link.format(code=code) if link else code


def _how(talk: Talk) -> str:
    if talk.incoming.links[0]:
        return _("Mở liên kết rồi bấm Bắt đầu, hoặc nhắn riêng cho Nhắc Việc: /start và mã.")
    return _("Nhắn riêng cho Nhắc Việc: /start và mã.")


def _last_day(talk: Talk) -> date:
    return local(talk.now + codes.GOOD_FOR, talk.here.zone).date()


def _secret(page: Page) -> Words:
    words = page.words()
    return Words(words.text, words.bold, words.actions, words.about, secret=True)


COMMAND = Command(
    name="mã",
    slash="ma",
    says=("mã kết nối", "cấp mã", "mã mới"),
    help="",
    example="mã Minh",
    place=21,
    action=Action.PEOPLE,
    run=run,
    anyone=True,
)
