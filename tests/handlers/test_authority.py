"""Who may say what where: every command, every role, one's own unit and another, in private and in every kind of group,
against a table written out by hand."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlmodel import Session, select

from handlers import load
from storage.db import Database
from storage.models import (
    Account,
    Deadline,
    Office,
    Person,
    Plan,
    Role,
    RoleKind,
    Target,
    Task,
    TaskKind,
    Unit,
    UnitSet,
    UnitSetMember,
)
from tests.handlers.conftest import Conversation

BLOCK = "Khối Văn hóa"
ROLES = {
    "Nhân": (RoleKind.STAFF, "QLVH"),
    "Minh": (RoleKind.FOCAL, "QLVH"),
    "Hùng": (RoleKind.HEAD, "QLVH"),
    "Vân": (RoleKind.COORDINATOR, "VP"),
    "Tú": (RoleKind.LEADER, BLOCK),
    "Thu": (RoleKind.LEADER, ""),
    "Quang": (RoleKind.ADMIN, ""),
    "Khách": None,
}
"""Who speaks, in the order of the table's columns; «Tú» is a deputy, of a block with QLVH and
without TCPC; the last is in nobody's list."""
PLACES = {"private": "", "unit": "QLVH", "office": "Sở", "unlinked": "Nhóm mới"}
OWN, OTHER = "QLVH", "TCPC"
CODES = {OWN: "70", OTHER: "56"}
TARGETS = {OWN: "9.1", OTHER: "9.2"}
GIVEN = {OWN: "901", OTHER: "902"}
"""Tasks given by message, by the head of the own unit."""
FIRST = "Nhắc Việc là hệ thống tự động nhắc việc và thời hạn.\n"
"""What begins whatever is said first in a group."""
NO = (
    "Anh/chị chưa",
    "Việc này do",
    "Chỉ quản trị",
    "Nhóm này chưa được kết nối",
    "Kế hoạch chỉ xem",
    "Ở đây chỉ xem được",
    "Danh sách này chỉ xem",
    "Trong nhóm này chỉ giao được",
    "Danh sách nhân sự chỉ xem",
    "Mã này chỉ đưa trong hội thoại riêng",
    "Việc 56 thuộc đơn vị khác",
    "Việc 901 thuộc đơn vị khác",
    "Việc 902 thuộc đơn vị khác",
    "Việc 70 thuộc đơn vị khác",
    "Chỉ tiêu 9.2 thuộc đơn vị khác",
    "Chỉ tiêu 9.1 thuộc đơn vị khác",
)

SEE = """
private   own YYYYYYY-  other ---Y-YY-
unit      own YYYYYYYY  other --------
office    own YYYYYYYY  other YYYYYYYY
unlinked  own --------  other --------
"""
LISTS = """
private   own YYYYYYY-
unit      own YYYYYYYY
office    own YYYYYYYY
unlinked  own --------
"""
STATE = """
private   own YYYY--Y-
unit      own YYYYYYYY
office    own ---Y--Y-
unlinked  own --------
"""
STATE_OF = """
private   own YYYY--Y-  other ---Y--Y-
unit      own YYYYYYYY  other --------
office    own ---Y--Y-  other ---Y--Y-
unlinked  own --------  other --------
"""
CLOSE = """
private   own YYY-----  other --------
unit      own YYYYYYYY  other --------
office    own --------  other --------
unlinked  own --------  other --------
"""
STAND_IN = """
private   own YYYY----  other ---Y----
unit      own YYYYYYYY  other --------
office    own ---Y----  other ---Y----
unlinked  own --------  other --------
"""
"""«thay …» of one's own unit only says which unit is meant: whoever may close there may say it."""
NOTE = """
private   own YYYY--Y-  other ---Y--Y-
unit      own YYYYYYYY  other --------
office    own ---Y--Y-  other ---Y--Y-
unlinked  own --------  other --------
"""
ACCEPT = """
private   own ---YYY--  other ---Y-Y--
unit      own ---YYY--  other --------
office    own ---YYY--  other ---Y-Y--
unlinked  own --------  other --------
"""
EXPLAIN = """
private   own ----YY--  other -----Y--
unit      own ----YY--  other --------
office    own ----YY--  other -----Y--
unlinked  own --------  other --------
"""
ASSIGN = """
private   own --YYYY--  other ---Y-Y--
unit      own --YYYY--  other --------
office    own ---YYY--  other ---Y-Y--
unlinked  own --------  other --------
"""
MANAGE = """
private   own ---YYY--  other ---Y-Y--
unit      own ---YYY--  other --------
office    own ---YYY--  other ---Y-Y--
unlinked  own --------  other --------
"""
CHANGE = """
private   own --YYYY--  other ---Y-Y--
unit      own --YYYY--  other --------
office    own ---YYY--  other ---Y-Y--
unlinked  own --------  other --------
"""
WATCH = """
private   own ----YY--
unit      own --------
office    own --------
unlinked  own --------
"""
MEASURE = """
private   own YYYY--Y-  other ---Y--Y-
unit      own YYYYYYYY  other --------
office    own ---Y--Y-  other ---Y--Y-
unlinked  own --------  other --------
"""
SETTLE = """
private   own ---Y--Y-  other ---Y--Y-
unit      own ---Y--Y-  other --------
office    own ---Y--Y-  other ---Y--Y-
unlinked  own --------  other --------
"""
PLANS = """
private   own ---Y--Y-
unit      own ---Y--Y-
office    own ---Y--Y-
unlinked  own --------
"""
WHOLE_PLAN = """
private   own ---Y--Y-
unit      own --------
office    own --------
unlinked  own --------
"""
AGREE = """
private   own ------Y-
unit      own ------Y-
office    own ------Y-
unlinked  own --------
"""
START = """
private   own YYYYYYY-
unit      own ------Y-
office    own ------Y-
unlinked  own ------Y-
"""
UNDO = """
private   own YYYYYYY-
unit      own YYYYYYYY
office    own YYYYYYYY
unlinked  own ---YYYY-
"""
HELP = """
private   own YYYYYYY-
unit      own YYYYYYYY
office    own YYYYYYYY
unlinked  own YYYYYYY-
"""
PEOPLE = """
private   own ------Y-
unit      own --------
office    own --------
unlinked  own --------
"""
PEOPLE_OF = """
private   own ------Y-  other ------Y-
unit      own --------  other --------
office    own --------  other --------
unlinked  own --------  other --------
"""
LEAVE = """
private   own YYYYYYY-
unit      own YYYYYYY-
office    own ---YYYY-
unlinked  own --------
"""
LEAVE_OF = """
private   own ---Y--Y-
unit      own ---Y--Y-
office    own ---Y--Y-
unlinked  own --------
"""
REMIND = """
private   own -YYY--Y-
unit      own -YYY--Y-
office    own ---Y--Y-
unlinked  own --------
"""
REMIND_UNIT = """
private   own -YYY--Y-  other ---Y--Y-
unit      own -YYY--Y-  other --------
office    own ---Y--Y-  other ---Y--Y-
unlinked  own --------  other --------
"""
HERE = """
private   own YYYYYYY-
unit      own -YY---Y-
office    own ------Y-
unlinked  own --------
"""
ALONE = """
private   own YYYYYYY-
unit      own --------
office    own --------
unlinked  own --------
"""
TABLE = {
    "nhắc trước 10,5,2 ngày": REMIND,
    "nhắc {unit} trước 5,1 ngày": REMIND_UNIT,
    "nhắc KH1 trước 10,5 ngày": PLANS,
    "lịch nhắc": LISTS,
    "lịch": LISTS,
    "lịch nghỉ 12/6/2023": PLANS,
    "lịch làm 10/6/2023": PLANS,
    "lịch đổi 12/6/2023 10/6/2023": PLANS,
    "lịch đúng 2024": PLANS,
    "hạn đổi": LISTS,
    "quy ước": LISTS,
    "quy ước sắp đến hạn 5 ngày": PLANS,
    "việc {code}": SEE,
    "lịch sử {code}": SEE,
    "minh chứng {code}": SEE,
    "gửi tệp": LISTS,
    "tiến độ {unit}": SEE,
    "tiến độ quý 2 {unit}": SEE,
    "quá hạn {unit}": SEE,
    "quá hạn {unit} tháng 5": SEE,
    "việc {unit} tuần sau": SEE,
    "xem thêm": LISTS,
    "chỉ tiêu {unit}": SEE,
    "chỉ tiêu {target}": SEE,
    "chỉ tiêu {target} = 35%": MEASURE,
    "xong {code}": CLOSE,
    "xong {code} thay {unit}": STAND_IN,
    "phối hợp {code}": SEE,
    "phối hợp nộp trước 3 ngày làm việc": PLANS,
    "không phát sinh {code}": CLOSE,
    "chưa xong {code}": NOTE,
    "duyệt {code}": ACCEPT,
    "không duyệt {code}": ACCEPT,
    "trả lại {code} vì thiếu phụ lục": ACCEPT,
    "gia hạn {code} đến 30/6/2023 vì chờ số liệu": CLOSE,
    "nêu lý do {code}": EXPLAIN,
    "lý do {code}: chờ số liệu": CLOSE,
    "đã nhận {code}": CLOSE,
    "ai chưa nhận": WATCH,
    "ai duyệt KH1": AGREE,
    "KH1 do lãnh đạo duyệt": AGREE,
    "giao {unit}: báo cáo lễ hội trước 30/12": ASSIGN,
    "sửa {given} hạn 30/6/2024": CHANGE,
    "huỷ {given} vì đã có văn bản thay thế": CHANGE,
    "tạm dừng {code}": MANAGE,
    "tiếp tục {code}": MANAGE,
    "hạn {code} 30/6": SETTLE,
    "còn nợ {code}": SETTLE,
    "hỏi KH1": PLANS,
    "gửi kế hoạch": PLANS,
    "KH1": WHOLE_PLAN,
    "so sánh KH1": WHOLE_PLAN,
    "đồng ý KH1": AGREE,
    "bỏ KH1": AGREE,
    "bắt đầu": START,
    "nhân sự": PEOPLE,
    "mã Minh": PEOPLE,
    "vai trò Minh": PEOPLE,
    "khối": PEOPLE,
    "chuyển Chi sang {unit}": PEOPLE_OF,
    "sáp nhập {unit} vào TV": PEOPLE_OF,
    "đổi tên {unit} thành Phòng Mới": PEOPLE_OF,
    "tình trạng": STATE,
    "tình trạng {unit}": STATE_OF,
    "nghỉ 10-14/6, thay Hà": LEAVE,
    "nghỉ Chi: 10-14/6, thay Hà": LEAVE_OF,
    "hoàn tác": UNDO,
    "trợ giúp": HELP,
    "ngôn ngữ vi": LISTS,
    "nhắn ở đây": HERE,
    "kết nối thêm": ALONE,
    "bảng": REMIND,
    "bỏ bảng": REMIND,
}


def cells(table: str) -> dict[tuple[str, str], str]:
    """(place, own or other) → who may, a letter for each of `ROLES`."""
    found: dict[tuple[str, str], str] = {}
    for line in table.strip().splitlines():
        place, *pairs = line.split()
        found |= {(place, whose): letters for whose, letters in zip(pairs[::2], pairs[1::2], strict=True)}
    return found


def people(office: Conversation) -> None:
    """Add those of `ROLES` whom the sample office does not have, their block, and a target of each of the two units."""
    session = office.session
    here = session.exec(select(Office)).one()
    plan = session.exec(select(Plan)).one()
    for unit_name, section in TARGETS.items():
        row = {"office_id": here.id, "plan_id": plan.id, "position": 99, "section": section, "lead": unit_name}
        session.add(Target(text="Tối thiểu 90% hồ sơ", op=">=", value=90, **row))
    block = UnitSet(office_id=here.id or 0, name=BLOCK)
    session.add(block)
    session.flush()
    for short in (OWN, "TTVH"):
        member = session.exec(select(Unit).where(Unit.short_name == short)).one()
        session.add(UnitSetMember(set_id=block.id or 0, unit_id=member.id or 0))
    head = session.exec(select(Person).where(Person.name == "Hùng")).one()
    for unit_name, code in GIVEN.items():
        unit = session.exec(select(Unit).where(Unit.short_name == unit_name)).one()
        row = {"office_id": here.id or 0, "kind": TaskKind.DATED}
        task = Task(ref="", title="Dọn kho tư liệu", given_by=head.id, **row)
        session.add(task)
        session.flush()
        due = {"due": date(2024, 6, 28), "aim_day": date(2024, 6, 28), "last_day": date(2024, 6, 28)}
        session.add(Deadline(task_id=task.id or 0, unit_id=unit.id or 0, code=int(code), **due, **row))
    for name, role in ROLES.items():
        known = session.exec(select(Account).where(Account.external == name.casefold())).first()
        if role is None or known:
            continue
        person = Person(office_id=here.id or 0, name=name)
        session.add(person)
        session.flush()
        unit = session.exec(select(Unit).where(Unit.short_name == role[1])).first()
        session.add(Account(person_id=person.id or 0, channel="terminal", external=name.casefold()))
        block = session.exec(select(UnitSet).where(UnitSet.name == role[1])).first()
        where = {"unit_id": unit.id if unit else None, "set_id": block.id if block else None}
        session.add(Role(person_id=person.id or 0, kind=role[0], **where))
        session.flush()


@pytest.fixture(scope="module")
def everybody(_office_sqlite: Database) -> Iterator[Conversation]:
    """The office with one of each role; whoever speaks in it takes back what that did. The table is about who may say
    what; that both databases answer alike, the commands' own tests and the dialogues ask."""
    with Session(_office_sqlite.engine, expire_on_commit=False) as session:
        office = Conversation(session)
        people(office)
        yield office
        session.rollback()


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("sentence", TABLE)
def test_grid(everybody: Conversation, sentence: str, place: str) -> None:
    for (where, whose), letters in cells(TABLE[sentence]).items():
        if where != place:
            continue
        unit = OWN if whose == "own" else OTHER
        said = sentence.format(code=CODES[unit], unit=unit, target=TARGETS[unit], given=GIVEN[unit])
        may = ""
        for name in ROLES:
            with everybody.session.begin_nested() as attempt:
                answer = "\n".join(everybody.say(name, said, PLACES[place]))
                attempt.rollback()
            assert answer, f"{name} in {place}: {said}: silence"
            may += "-" if answer.removeprefix(FIRST).startswith(NO) else "Y"
        assert may == letters, f"{said}, {place}, {whose}"


def test_every_command_is_in_the_table() -> None:
    router = load()
    routes = [router.route(sentence.format(code="70", unit="QLVH", target="9.1", given="901")) for sentence in TABLE]
    assert {route.command.name for route in routes if route} == {command.name for command in router.commands}
