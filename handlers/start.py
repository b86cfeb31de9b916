"""/start: the first admin claims the office; an admin says whose matters a group shows."""

import hashlib
import secrets

from sqlmodel import Session

from handlers.authority import Action
from handlers.talk import Answered, Command, Refused, Talk, pick
from lang.text import N_, _
from schedules import reminders
from schedules.views import names
from storage import people
from storage.models import Office, Question, Role, RoleKind
from storage.outbox import Words

CODE_BYTES = 6
WHOLE = "whole"


def new_code(office: Office) -> str:
    """A fresh code with which the office can be claimed, printed at start-up; only its hash is kept."""
    code = secrets.token_hex(CODE_BYTES).upper()
    office.claim_hash = _hash(code)
    return code


def _hash(code: str) -> str:
    return hashlib.sha256(code.strip().upper().encode()).hexdigest()


def run(talk: Talk) -> Answered:
    if talk.chat.private:
        return _claim(talk, talk.words) if talk.words else _greet(talk)
    return _link(talk)


def _greet(talk: Talk) -> Words:
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
    talk.need(Action.LINK)
    office = talk.here
    choices: list[tuple[str, object]] = [(_("Toàn cơ quan"), WHOLE)]
    choices += [(unit.name, unit.id) for unit in talk.directory.units]
    talk.ask("link", {}, choices)
    lines = [f"{number}. {label}" for number, (label, _value) in enumerate(choices, 1)]
    now = _shown(talk)
    head = _("Nhóm này thuộc đơn vị nào của {office}?", office=office.name)
    return Words("\n".join([*([now] if now else []), head, *lines, _("Trả lời bằng số, ví dụ: /2")]))


def _shown(talk: Talk) -> str:
    sight = talk.group_sight
    if sight is None:
        return ""
    shown = _("toàn cơ quan") if sight.whole else names(talk.directory.by_id[unit] for unit in sight.units)
    return _("Hiện nhóm đang nhận việc của: {shown}.", shown=shown)


def answer_link(talk: Talk, question: Question, words: str) -> Answered:
    value = pick(question, words)
    talk.need(Action.LINK)
    office = talk.here
    whole = value == WHOLE
    people.link(talk.session, talk.chat, office.id or 0, [] if whole else [value], whole_office=whole)
    reminders.expect(talk.session, talk.chat, office, talk.now)
    talk.write("link", str(value))
    shown = _("toàn cơ quan") if whole else talk.directory.by_id[value].name
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
    help=N_("kết nối nhóm với đơn vị, hoặc nhận quyền quản trị"),
    example="/start",
    action=Action.TALK,
    run=run,
    anyone=True,
)
ANSWERS = {"link": answer_link}
