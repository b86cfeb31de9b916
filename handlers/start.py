"""/start: the first admin claims the office; an admin says whose matters a group shows."""

import hashlib
import re
import secrets

from sqlmodel import Session

from handlers.authority import Action
from handlers.talk import Answered, Command, NotMine, Refused, Talk, pick
from lang.fold import fold
from lang.text import N_, _
from schedules import reminders
from schedules.views import names, numbered, short
from storage import people
from storage.models import Office, Question, Role, RoleKind, UnitKind
from storage.outbox import Words

CODE_BYTES = 6
WHOLE = "whole"
Target = int | str
"""What a group is linked with: a unit's id, or `WHOLE`."""
_CODE = re.compile(r"[0-9A-F]{12}", re.IGNORECASE)


def new_code(office: Office) -> str:
    """A fresh code with which the office can be claimed, printed at start-up; only its hash is kept."""
    code = secrets.token_hex(CODE_BYTES).upper()
    office.claim_hash = _hash(code)
    return code


def _hash(code: str) -> str:
    return hashlib.sha256(code.strip().upper().encode()).hexdigest()


def run(talk: Talk) -> Answered:
    if not talk.chat.private:
        return _link(talk)
    if not talk.words:
        return _greet(talk)
    if talk.name != COMMAND.slash and not _CODE.fullmatch(talk.words):
        raise NotMine
    return _claim(talk, talk.words)


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


def _claim(talk: Talk, code: str) -> Words:
    office = _office_of(talk.session, code)
    if office is None:
        raise Refused(
            _("Mã này không đúng hoặc đã dùng. Xin xem lại mã in trên máy chủ khi khởi động, rồi gõ: /start MÃ")
        )
    talk.office = office
    person = talk.actor()
    talk.session.add(Role(person_id=person.id or 0, kind=RoleKind.ADMIN))
    office.claim_hash = None
    talk.write("claim", "")
    return Words(
        _(
            "Anh/chị {name} là quản trị của {office}.\n"
            "Bước tiếp theo: gửi tệp kế hoạch (.docx) vào đây; "
            "thêm Nhắc Việc vào nhóm của từng đơn vị và gõ /start trong nhóm đó.",
            name=person.name,
            office=office.name,
        )
    )


def _office_of(session: Session, code: str) -> Office | None:
    said = _hash(code)
    matching = [office for office in people.unclaimed(session) if secrets.compare_digest(office.claim_hash or "", said)]
    return matching[0] if matching else None


def _link(talk: Talk) -> Words:
    if talk.words and talk.name != COMMAND.slash and _unit(talk, talk.words) is None:
        raise NotMine
    talk.need(Action.LINK)
    if talk.words:
        named = _unit(talk, talk.words)
        if named is None:
            words = short(talk.words, 40)
            raise Refused(_("Không có đơn vị «{words}». Gõ /start để xem danh sách đơn vị.", words=words))
        return link(talk, named)
    office = talk.here
    choices: list[tuple[str, Target]] = [(_("Toàn cơ quan"), WHOLE)]
    choices += [(unit.name, unit.id or 0) for unit in talk.directory.units if unit.kind is not UnitKind.OUTSIDE]
    talk.ask("link", {}, choices)
    now = _shown(talk)
    head = _("Nhóm này thuộc đơn vị nào của {office}?", office=office.name)
    hint = _("Trả lời bằng số, ví dụ: /{number}", number=min(2, len(choices)))
    if len(choices) == 1:
        hint = _("Chưa có đơn vị nào, xin gửi kế hoạch trước. Nếu là nhóm chung của cơ quan, trả lời: /1")
    return Words("\n".join([*([now] if now else []), head, *numbered(label for label, _value in choices), hint]))


def _unit(talk: Talk, words: str) -> Target | None:
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
    shown = talk.directory.by_id[units[0]].name if units else _("toàn cơ quan")
    return Words(
        _(
            "Đã kết nối nhóm với {shown}. Nhắc Việc là hệ thống tự động, "
            "nhắn một tin lúc 08:00 ngày làm việc khi có việc cần nhắc.\n"
            "Xem việc: /viec. Ghi kết quả: /xong và mã việc.",
            shown=shown,
        )
    )


COMMAND = Command(
    name="bắt đầu",
    slash="start",
    says=("kết nối", "nối"),
    help=N_("gõ trong nhóm của một đơn vị, để nhóm nhận việc của đơn vị đó"),
    example="/start",
    place=17,
    action=Action.LINK,
    run=run,
    anyone=True,
)
ANSWERS = {"link": answer_link}
