"""The sample office: an invented Sở with its units, its cast and its groups, for the local chat, dialogues and
tests."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files

from sqlmodel import Session

from channels import Address
from schedules import reminders
from storage import people, units
from storage.models import Account, Office, Person, Role, RoleKind, Unit, UnitKind

NAME = "Sở Văn hóa, Thể thao và Du lịch tỉnh Bình Minh"
ZONE = "Asia/Ho_Chi_Minh"
PLAN = "ke_hoach_2023.txt"
WHOLE = "Sở"
"""How the whole-office group is called in dialogues; the others by their unit's short name."""

UNITS: tuple[tuple[str, str, UnitKind], ...] = (
    ("VP", "Văn phòng", UnitKind.SECRETARIAT),
    ("TTr", "Thanh tra", UnitKind.INSPECTORATE),
    ("TCPC", "Phòng Tổ chức - Pháp chế", UnitKind.DEPARTMENT),
    ("KHTC", "Phòng Kế hoạch - Tài chính", UnitKind.DEPARTMENT),
    ("QLVH", "Phòng Quản lý Văn hóa", UnitKind.DEPARTMENT),
    ("TDTT", "Phòng Quản lý Thể dục thể thao", UnitKind.DEPARTMENT),
    ("QLDL", "Phòng Quản lý Du lịch", UnitKind.DEPARTMENT),
    ("NSVH", "Phòng Xây dựng nếp sống văn hóa và Gia đình", UnitKind.DEPARTMENT),
    ("TTVH", "Trung tâm Văn hóa tỉnh", UnitKind.ATTACHED),
    ("BT", "Bảo tàng tỉnh", UnitKind.ATTACHED),
    ("TV", "Thư viện tỉnh", UnitKind.ATTACHED),
    ("HLTT", "Trung tâm Huấn luyện và Thi đấu thể thao", UnitKind.ATTACHED),
    ("CMN", "Đoàn Ca múa nhạc", UnitKind.ATTACHED),
)


@dataclass(frozen=True, slots=True)
class Member:
    """One of the cast: name, how the local chat introduces them, and their roles as (kind, unit short name or «»)."""

    name: str
    about: str
    roles: tuple[tuple[RoleKind, str], ...]


CAST = (
    Member("Lan", "Văn phòng, quản trị", ((RoleKind.ADMIN, ""), (RoleKind.COORDINATOR, "VP"), (RoleKind.FOCAL, "VP"))),
    Member("Minh", "đầu mối Phòng Quản lý Văn hóa", ((RoleKind.FOCAL, "QLVH"),)),
    Member("Hùng", "trưởng Phòng Quản lý Văn hóa", ((RoleKind.HEAD, "QLVH"),)),
    Member("Thu", "lãnh đạo Sở", ((RoleKind.LEADER, ""),)),
)

FOCALS = {
    "Phúc": "TTr",
    "Chi": "TCPC",
    "Dũng": "KHTC",
    "Bình": "TDTT",
    "Giang": "QLDL",
    "Hà": "NSVH",
    "An": "TTVH",
    "Khánh": "BT",
    "Liên": "TV",
    "Nam": "HLTT",
    "Oanh": "CMN",
}
"""The focal officers of the other units, by unit: they speak in the story, the local chat does not offer to be them."""


def everybody() -> tuple[Member, ...]:
    """The cast and the other units' focal officers."""
    return CAST + tuple(Member(name, "", ((RoleKind.FOCAL, short),)) for name, short in FOCALS.items())


def rooms() -> dict[str, str]:
    """The groups of the sample office: short name → title, the whole office first."""
    return {WHOLE: "Toàn Sở"} | {short: name for short, name, _kind in UNITS}


def plan() -> bytes:
    """The sample plan, as the Văn phòng would send it."""
    return files("bot.sample").joinpath(PLAN).read_bytes()


def make(
    session: Session,
    channel: str,
    accounts: Mapping[str, str],
    groups: Mapping[str, Address],
    now: datetime,
    private: Mapping[str, Address] | None = None,
) -> Office:
    """Make the office: its people known to `channel` by `accounts` (name → id), its groups linked at their
    addresses, those of them that have one; those of `private` have spoken with the bot there."""
    office = Office(name=NAME, short_name="Sở")
    session.add(office)
    session.flush()
    made = units.create(session, office.id or 0, [(name, kind) for _short, name, kind in UNITS])
    by_short: dict[str, Unit] = {}
    for unit, (short, _name, kind) in zip(made, UNITS, strict=True):
        unit.short_name = short
        by_short[short] = unit
        if kind is UnitKind.INSPECTORATE:
            units.include(session, unit, units.ROOMS)
    for member in everybody():
        person = _person(session, office, member, channel, accounts[member.name], by_short)
        if private and (address := private.get(member.name)):
            chat = people.chat_at(session, channel, address.chat, address.thread, private=True, title="")
            chat.person_id, chat.office_id = person.id, office.id
    reminders.expect_mornings(session, office, now)
    for short, title in rooms().items():
        if (address := groups.get(short)) is None:
            continue
        chat = people.chat_at(session, channel, address.chat, address.thread, private=False, title=title)
        whole = short == WHOLE
        shown = [] if whole else [by_short[short].id or 0]
        people.link(session, chat, office.id or 0, shown, whole_office=whole)
        reminders.expect(session, chat, office, now)
    return office


def _person(
    session: Session, office: Office, member: Member, channel: str, account: str, by_short: Mapping[str, Unit]
) -> Person:
    person = Person(office_id=office.id or 0, name=member.name)
    session.add(person)
    session.flush()
    session.add(Account(person_id=person.id or 0, channel=channel, external=account))
    for kind, short in member.roles:
        unit = by_short[short].id if short else None
        session.add(Role(person_id=person.id or 0, unit_id=unit, kind=kind))
    return person
