"""/start: a code links an account or a group, or claims an office; an admin says whose matters a group shows."""

import secrets
from dataclasses import replace
from datetime import timedelta

from sqlmodel import Session, select

from handlers import here
from handlers.authority import Action
from handlers.membership import call_first
from handlers.roles_said import roles_words
from handlers.talk import Answered, Command, NotMine, Refused, Talk, pick
from lang.fold import fold
from lang.text import N_, _
from schedules import reminders
from schedules.tell import Kind
from schedules.views import names, numbered
from storage import codes, people
from storage.models import Account, Invite, Office, Person, Question, Role, RoleKind, UnitKind
from storage.outbox import Words

WHOLE = "whole"
Target = int | str
"""What a group is linked with: a unit's id, or `WHOLE`."""


def new_code(office: Office) -> str:
    """A fresh code with which the office can be claimed, printed at start-up; only its hash is kept."""
    code = codes.fresh()
    office.claim_hash = codes.digest(code)
    return code


def run(talk: Talk) -> Answered:
    code = codes.spelled(talk.words)
    if not talk.chat.private and (code is None or (talk.office and whole_or_unit(talk, talk.words))):
        return _link(talk)
    if not talk.words:
        return _greet(talk)
    if code is None:
        if talk.name != COMMAND.slash:
            raise NotMine(_no_such_code(talk.session))
        raise Refused(_no_such_code(talk.session))
    return _coded(talk, code)


def _greet(talk: Talk) -> Words:
    if talk.office is None and people.unclaimed(talk.session):
        raise Refused(_("Cơ quan chưa có quản trị. Người cài đặt gõ: /start và mã in trên máy chủ khi khởi động."))
    office = talk.here
    name = talk.person.name if talk.person else ""
    text = _(
        "Kính chào anh/chị {name}. Nhắc Việc là hệ thống tự động nhắc việc của {office}.\n"
        "Xem việc: /viec. Xem tiến độ: /tiendo. Tất cả các lệnh: /trogiup.",
        name=name,
        office=office.name,
    )
    return Words(text, actions=("/viec", "/tiendo", "/trogiup"))


def _no_such_code(session: Session) -> str:
    if people.unclaimed(session):
        return _("Mã này không đúng hoặc đã dùng. Xin xem lại mã in trên máy chủ khi khởi động, rồi gõ: /start MÃ")
    return _("Mã này không đúng. Xin xem lại mã, hoặc đề nghị quản trị của cơ quan cấp mã mới.")


def _coded(talk: Talk, code: str) -> Words:
    """A code was said. A wrong one is counted, so it is answered and not refused: a refusal changes nothing."""
    account = (talk.incoming.channel, talk.incoming.sender.id)
    wait = int(codes.PAUSE / timedelta(minutes=1))
    if codes.paused(talk.session, *account, talk.now):
        raise Refused(
            _("Đã nhập sai mã {n} lần. Xin chờ {minutes} phút rồi thử lại.", n=codes.MOST_WRONG, minutes=wait)
        )
    office = _office_of(talk.session, code) if talk.chat.private else None
    invite = None if office else codes.found(talk.session, code)
    if office is None and invite is None:
        if codes.wrong(talk.session, *account, talk.now):
            return Words(
                _("Đã nhập sai mã {n} lần. Xin chờ {minutes} phút rồi thử lại.", n=codes.MOST_WRONG, minutes=wait)
            )
        return Words(_no_such_code(talk.session))
    codes.right(talk.session, *account)
    if office is not None:
        return _claim(talk, office)
    assert invite is not None
    if invite.used_at is not None:
        return Words(_("Mã này đã dùng. Cần thêm mã thì đề nghị quản trị của cơ quan cấp mã mới."))
    if invite.void_at is not None or invite.expires_at <= talk.now:
        return Words(_("Mã này đã hết hạn. Xin đề nghị quản trị của cơ quan cấp mã mới."))
    if invite.person_id is None:
        return _link_coded(talk, invite)
    return _join(talk, invite, talk.session.get_one(Person, invite.person_id))


def _claim(talk: Talk, office: Office) -> Words:
    talk.office = office
    person = talk.actor()
    talk.session.add(Role(person_id=person.id or 0, kind=RoleKind.ADMIN))
    office.claim_hash = None
    talk.chat.person_id, talk.chat.office_id = person.id, office.id
    talk.write("claim", "")
    reminders.expect_mornings(talk.session, office, talk.now)
    return Words(
        _(
            "Anh/chị {name} là quản trị của {office}.\n"
            "Bước tiếp theo: gửi tệp kế hoạch (.docx) vào đây; "
            "thêm Nhắc Việc vào nhóm của từng đơn vị và gõ /start trong nhóm đó.",
            name=person.name,
            office=office.name,
        )
        + talk.by_link()
    )


def _office_of(session: Session, code: str) -> Office | None:
    said = codes.digest(code)
    matching = [office for office in people.unclaimed(session) if secrets.compare_digest(office.claim_hash or "", said)]
    return matching[0] if matching else None


def _join(talk: Talk, invite: Invite, person: Person) -> Words:
    """From now on whoever speaks from this account is that person."""
    if not talk.chat.private:
        invite.void_at = talk.now
        return Words(
            _(
                "Mã này dành cho một người và nay nhiều người đã thấy, nên không dùng được nữa. "
                "Xin đề nghị quản trị cấp mã mới rồi nhắn riêng cho Nhắc Việc."
            )
        )
    known = talk.person
    if known is not None and known.id != person.id and (known.office_id != person.office_id or _has_roles(talk, known)):
        raise Refused(_("Tài khoản này đang là của anh/chị {name}. Xin báo quản trị của cơ quan.", name=known.name))
    if person.left_at is not None:
        raise Refused(_("Mã này đã hết hạn. Xin đề nghị quản trị của cơ quan cấp mã mới."))
    elsewhere = people.private_chat(talk.session, person.id or 0)
    account = _account(talk)
    if account is None:
        sender = talk.incoming.sender.id
        talk.session.add(Account(person_id=person.id or 0, channel=talk.incoming.channel, external=sender))
    elif known is not None and known.id != person.id:
        account.person_id, known.left_at = person.id or 0, talk.now  # heard in a group before, under a passing name
    invite.used_at = talk.now
    office = talk.session.get_one(Office, person.office_id)
    talk.person, talk.office = person, office
    talk.chat.person_id, talk.chat.office_id = person.id, office.id
    talk.session.flush()
    talk.write("join", person.name)
    if elsewhere is not None and elsewhere.id != talk.chat.id:
        talk.tell(elsewhere.id or 0, Kind.ROLE, _joined, at_once=True)
    text = _(
        "Đã kết nối với {office}. Anh/chị {name}: {roles}.\n"
        "Xem việc: /viec. Xem tiến độ: /tiendo. Tất cả các lệnh: /trogiup.",
        name=person.name,
        office=office.name,
        roles=roles_words(talk, person),
    )
    if elsewhere is not None and elsewhere.channel != talk.chat.channel:
        text += "\n" + here.where(talk, elsewhere)
    return Words(text, actions=("/viec", "/tiendo", "/trogiup"))


def _joined() -> Words:
    return Words(
        _("Tài khoản của anh/chị vừa được kết nối thêm ở một nơi khác. Nếu không phải anh/chị, xin báo quản trị.")
    )


def _account(talk: Talk) -> Account | None:
    query = select(Account).where(Account.channel == talk.incoming.channel, Account.external == talk.incoming.sender.id)
    return talk.session.exec(query).first()


def _has_roles(talk: Talk, person: Person) -> bool:
    return (
        person.left_at is None
        and talk.session.exec(select(Role).where(Role.person_id == person.id)).first() is not None
    )


def _link_coded(talk: Talk, invite: Invite) -> Words:
    if talk.chat.private:
        raise Refused(_("Mã này dành cho nhóm: thêm Nhắc Việc vào nhóm rồi gõ trong nhóm đó: /start và mã."))
    if talk.chat.office_id not in (None, invite.office_id):
        raise Refused(_("Nhóm này đã kết nối với một cơ quan khác."))
    if talk.group_sight is not None and not talk.may(Action.LINK):
        raise Refused(_shown(talk) + " " + _("Đổi đơn vị của nhóm: quản trị gõ /start trong nhóm."))
    invite.used_at = talk.now
    talk.office = talk.session.get_one(Office, invite.office_id)
    talk.forget_units()
    return link(talk, invite.unit_id or WHOLE)


def _link(talk: Talk) -> Words:
    if talk.words and talk.name != COMMAND.slash and whole_or_unit(talk, talk.words) is None:
        raise NotMine(_no_such_code(talk.session))
    talk.need(Action.LINK)
    if talk.words:
        named = whole_or_unit(talk, talk.words)
        if named is None:
            raise Refused(talk.no_unit(talk.words) + " " + _("Gõ /start để xem danh sách đơn vị."))
        return link(talk, named)
    office = talk.here
    choices: list[tuple[str, Target]] = [(_("Toàn cơ quan"), WHOLE)]
    choices += [(unit.name, unit.id or 0) for unit in talk.directory.open if unit.kind is not UnitKind.OUTSIDE]
    talk.ask("link", {}, choices)
    now = _shown(talk)
    head = _("Nhóm này thuộc đơn vị nào của {office}?", office=office.name)
    hint = _("Trả lời bằng số, ví dụ: /{number}", number=min(2, len(choices)))
    if len(choices) == 1:
        hint = _("Chưa có đơn vị nào, xin gửi kế hoạch trước. Nếu là nhóm chung của cơ quan, trả lời: /1")
    return Words("\n".join([*([now] if now else []), head, *numbered(label for label, _value in choices), hint]))


def whole_or_unit(talk: Talk, words: str) -> Target | None:
    """The unit that `words` name, or the whole office."""
    if fold(words) in ("toan co quan", "toan so", "ca co quan"):
        return WHOLE
    unit = talk.directory.one(words) if talk.office else None
    return unit.id if unit else None


def _shown(talk: Talk) -> str:
    sight = talk.group_sight
    if sight is None:
        return ""
    shown = _("toàn cơ quan") if sight.whole else names(talk.directory.by_id[unit] for unit in sight.units)
    return _("Hiện nhóm đang nhận việc của: {shown}.", shown=shown)


def answer_link(talk: Talk, question: Question, words: str) -> Answered:
    value = pick(question, words)
    talk.need(Action.LINK)
    return link(talk, value)


def link(talk: Talk, value: Target) -> Words:
    """From now on this group shows that unit's matters, or the whole office's."""
    office = talk.here
    units = [] if value == WHOLE else [int(value)]
    people.link(talk.session, talk.chat, office.id or 0, units, whole_office=not units)
    reminders.expect(talk.session, talk.chat, office, talk.now)
    talk.write("link", str(value))
    talk.__dict__.pop("group_sight", None)
    shown = talk.directory.by_id[units[0]].name if units else _("toàn cơ quan")
    linked = Words(
        _(
            "Đã kết nối nhóm với {shown}. Nhắc Việc là hệ thống tự động, "
            "nhắn một tin lúc 08:00 ngày làm việc khi có việc cần nhắc.{call}\n"
            "Xem việc: /viec. Ghi kết quả: /xong và mã việc.",
            shown=shown,
            call=call_first(talk.incoming),
        )
    )
    told = here.elsewhere(talk)
    return replace(linked, text=f"{linked.text}\n{told}", actions=("/nhanoday",)) if told else linked


COMMAND = Command(
    name="bắt đầu",
    slash="start",
    says=("kết nối", "nối", "ketnoi"),
    help=N_("gõ trong nhóm của một đơn vị, để nhóm nhận việc của đơn vị đó"),
    example="/start",
    place=17,
    action=Action.LINK,
    run=run,
    anyone=True,
)
ANSWERS = {"link": answer_link}
