"""Who decides about results and extensions, and who is told of them where: blocks of units, stand-ins, units without a
group, leaders who have never spoken with the bot."""

from datetime import date

from sqlmodel import col, select

from schedules.tell import Kind
from storage.models import (
    Acceptance,
    Account,
    Chat,
    Delivery,
    Event,
    Explanation,
    Extension,
    ExtensionState,
    Leave,
    Office,
    Person,
    Plan,
    Role,
    RoleKind,
    Unit,
    UnitSet,
    UnitSetMember,
)
from tests.handlers.conftest import Conversation

BLOCK = ("QLVH", "TTVH")


def person(office: Conversation, name: str) -> Person:
    return office.session.exec(select(Person).where(Person.name == name)).one()


def deputy(office: Conversation, name: str = "Sơn") -> Person:
    """A deputy director of `BLOCK` who has spoken with the bot."""
    here = office.session.exec(select(Office)).one()
    made = Person(office_id=here.id or 0, name=name)
    block = UnitSet(office_id=here.id or 0, name="Khối Văn hóa")
    office.session.add_all([made, block])
    office.session.flush()
    for unit in office.session.exec(select(Unit).where(col(Unit.short_name).in_(BLOCK))):
        office.session.add(UnitSetMember(set_id=block.id or 0, unit_id=unit.id or 0))
    office.session.add(Account(person_id=made.id or 0, channel="terminal", external=name.casefold()))
    office.session.add(Role(person_id=made.id or 0, set_id=block.id, kind=RoleKind.LEADER))
    office.session.flush()
    office.say(name, "/viec")
    return made


def told(office: Conversation, kind: Kind) -> list[tuple[str, str]]:
    """(chat, first line) of what was said of that kind, in order."""
    query = select(Chat.external, Delivery.text).join(Chat, col(Chat.id) == Delivery.chat_id)
    found = office.session.exec(query.where(Delivery.kind == kind).order_by(col(Delivery.id)))
    return [(chat, (text or "").splitlines()[0]) for chat, text in found]


def by_leader(office: Conversation) -> None:
    office.say("Lan", "KH1 do lãnh đạo duyệt")


def test_a_deputy_accepts_for_his_block_and_is_told_of_it(office: Conversation) -> None:
    deputy(office)
    office.say("Thu", "/viec")
    by_leader(office)
    office.say("Minh", "xong 70")
    office.say("Chi", "xong 68")
    assert [chat for chat, _line in told(office, Kind.WAITING)] == ["sơn", "thu"]
    assert office.say("Sơn", "duyệt 68") == ["Việc 68 thuộc đơn vị khác, xem trong nhóm của đơn vị đó."]
    assert office.say("Lan", "duyệt 70") == ["Anh/chị chưa được duyệt việc 70. Người duyệt được: lãnh đạo."]
    office.say("Sơn", "duyệt 70")
    assert office.deadline(70).accepted_by == person(office, "Sơn").id


def test_who_stands_in_is_told_and_accepts(office: Conversation) -> None:
    office.say("Hà", "/viec")
    office.say("Thu", "/viec")
    away, there = person(office, "Thu").id or 0, person(office, "Hà").id or 0
    day = date(2023, 6, 1)
    office.session.add(Leave(person_id=away, stand_in_id=there, since=day, until=day))
    by_leader(office)
    office.say("Minh", "xong 70")
    assert [chat for chat, _line in told(office, Kind.WAITING)] == ["hà"]
    office.say("Hà", "duyệt 70")
    assert office.deadline(70).accepted_by == there


def test_the_reporter_does_not_accept_whatever_roles_he_has(office: Conversation) -> None:
    office.say("Lan", "KH1 do Văn phòng duyệt")
    office.say("Lan", "xong 41")
    answer = office.say("Lan", "duyệt 41")[0]
    assert answer.startswith("Anh/chị đã ghi kết quả việc 41 nên không tự duyệt được. Người duyệt được: anh/chị Thu")
    assert office.deadline(41).accepted_at is None
    office.say("Thu", "duyệt 41")
    assert office.deadline(41).accepted_at is not None


def test_a_leader_without_a_conversation_is_told_through_the_secretariat(office: Conversation) -> None:
    by_leader(office)
    office.say("Minh", "xong 70")
    chat, line = told(office, Kind.WAITING)[0]
    assert (chat, line) == (
        "VP",
        "Nhờ Văn phòng báo anh/chị Thu: Phòng Quản lý Văn hóa báo kết quả, chờ duyệt",
    )


def test_a_unit_without_a_group_is_told_in_private_else_through_the_secretariat(office: Conversation) -> None:
    group = office.session.exec(select(Chat).where(Chat.external == "QLVH")).one()
    group.active = False
    office.say("Thu", "nêu lý do 58")
    assert told(office, Kind.WHY)[0] == (
        "VP",
        "Nhờ Văn phòng báo Phòng Quản lý Văn hóa: lãnh đạo đề nghị nêu lý do, người hỏi: anh/chị Thu",
    )
    office.say("Minh", "/viec")
    office.say("Hùng", "/viec")
    office.say("Thu", "nêu lý do 1")
    assert told(office, Kind.WHY)[1:] == [
        ("minh", "Anh/chị Minh, lãnh đạo đề nghị nêu lý do, người hỏi: anh/chị Thu"),
        ("hùng", "Anh/chị Hùng, lãnh đạo đề nghị nêu lý do, người hỏi: anh/chị Thu"),
    ]


def test_the_office_group_hears_nothing_of_it(office: Conversation) -> None:
    office.say("Lan", "KH1 do Văn phòng duyệt")
    for who, said in (
        ("Minh", "xong 70"),
        ("Lan", "trả lại 70 vì thiếu phụ lục"),
        ("Minh", "gia hạn 58 đến 09/6 vì chờ số liệu"),
        ("Lan", "không duyệt 58"),
        ("Thu", "nêu lý do 1"),
        ("Minh", "lý do 1: chờ số liệu"),
    ):
        office.say(who, said)
    kinds = (Kind.WAITING, Kind.RETURNED, Kind.EXTENSION, Kind.DECIDED, Kind.WHY, Kind.REASON)
    assert {chat for kind in kinds for chat, _line in told(office, kind)} == {"QLVH", "lan", "thu"}


def test_every_act_is_an_event_and_is_taken_back(office: Conversation) -> None:
    office.say("Lan", "KH1 do Văn phòng duyệt")
    acts = {
        "extend": ("Minh", "gia hạn 70 đến 08/6 vì chờ số liệu"),
        "refuse": ("Lan", "không duyệt 70"),
        "grant": ("Lan", "duyệt 70"),
        "receive": ("Minh", "đã nhận 70"),
        "explain": ("Thu", "nêu lý do 70"),
        "reason": ("Minh", "lý do 70: chờ số liệu"),
        "accept": ("Lan", "duyệt 82"),
        "return": ("Lan", "trả lại 82 vì thiếu phụ lục"),
        "acceptance": ("Lan", "KH1 không cần duyệt"),
    }
    office.say("Minh", "xong 82")
    for action, (who, said) in acts.items():
        before = state(office)
        office.say(who, said)
        event = office.session.exec(select(Event).order_by(col(Event.id).desc())).first()
        assert event is not None
        assert (event.action, event.person_id) == (action, person(office, who).id)
        assert state(office) != before, action
        answer = office.say(who, "hoàn tác")[0]
        assert answer.startswith("Đã hoàn tác"), action
        assert state(office) == before, action
        if action in ("extend", "explain"):
            office.say(who, said)


def state(office: Conversation) -> list[object]:
    deadlines = [office.deadline(code).model_dump() for code in (70, 82)]
    extensions = [one.model_dump() for one in office.session.exec(select(Extension).order_by(col(Extension.id)))]
    plan = office.session.exec(select(Plan)).one()
    reasons = [one.model_dump() for one in office.session.exec(select(Explanation))]
    return [deadlines, extensions, reasons, plan.accepted_by]


def test_results_recorded_before_somebody_looks_at_them_stand(office: Conversation) -> None:
    office.say("Minh", "xong 70")
    office.later(minutes=5)
    by_leader(office)
    assert office.say("Thu", "duyệt 70") == ["Kết quả việc 70 đã được ghi nhận và không cần duyệt."]
    plan = office.session.exec(select(Plan)).one()
    assert plan.accepted_by is Acceptance.LEADER


def test_asked_again_the_newest_day_is_the_one_decided(office: Conversation) -> None:
    office.say("Minh", "gia hạn 70 đến 08/6 vì chờ số liệu")
    office.say("Minh", "gia hạn 70 đến 09/6 vì chờ số liệu")
    states = [one.state for one in office.session.exec(select(Extension).order_by(col(Extension.id)))]
    assert states == [ExtensionState.WITHDRAWN, ExtensionState.ASKED]
    office.say("Lan", "duyệt 70")
    assert office.deadline(70).due == date(2023, 6, 9)


def test_what_is_said_about_other_things_accepts_nothing(office: Conversation) -> None:
    office.say("Lan", "KH1 do Văn phòng duyệt")
    office.say("Minh", "xong 70")
    for words in ("duyệt 70 sau khi bổ sung phụ lục", "duyệt 70%", "duyệt dự toán 70 triệu", "70 chờ duyệt", "đồng ý"):
        office.say("Lan", words)
    assert office.say("Lan", "đồng ý 70 phương án", "QLVH", addressed=False) == []
    assert office.deadline(70).accepted_at is None
    office.say("Lan", "nhất trí 70")
    assert office.deadline(70).accepted_at is not None


def test_a_reason_in_a_group_is_only_what_says_so(office: Conversation) -> None:
    """Asked for a reason in a group, the bot does not take whatever is said next for it."""
    office.say("Minh", "gia hạn 70 đến 08/6", "QLVH")
    assert office.say("Minh", "mọi người họp lúc 9h nhé", "QLVH", addressed=False) == []
    assert office.session.exec(select(Extension)).first() is None
    office.say("Minh", "vì chờ số liệu", "QLVH", addressed=False)
    assert office.session.exec(select(Extension)).one().why == "chờ số liệu"
