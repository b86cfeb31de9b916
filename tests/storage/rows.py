"""Rows for tests: an office of one's own, so that many examples may share a database."""

from datetime import UTC, date, datetime
from itertools import count

from sqlmodel import Session

from lang.workdays import Calendar
from storage import units
from storage.models import Chat, Deadline, Office, Plan, PlanStatus, Task, TaskKind, Unit, UnitKind

NOW = datetime(2023, 3, 1, 1, tzinfo=UTC)
WEEKDAYS = Calendar()
"""Monday to Friday, no holidays."""

ROOMS = (
    ("Văn phòng", UnitKind.SECRETARIAT),
    ("Thanh tra", UnitKind.INSPECTORATE),
    ("Phòng Nội dung", UnitKind.DEPARTMENT),
    ("Phòng Kế hoạch - Tài chính", UnitKind.DEPARTMENT),
    ("Trung tâm Lưu trữ", UnitKind.ATTACHED),
    ("Hội Nhà báo", UnitKind.OUTSIDE),
)
_numbers = count(1)


def office(session: Session) -> tuple[Office, list[Unit]]:
    """A new office with one unit of every kind (two rooms), in chart order."""
    made = Office(name=f"Sở {next(_numbers)}")
    session.add(made)
    session.flush()
    return made, units.create(session, made.id or 0, ROOMS)


def chat(session: Session, channel: str = "memory", external: str = "") -> Chat:
    made = Chat(channel=channel, external=external or f"c{next(_numbers)}", private=False)
    session.add(made)
    session.flush()
    return made


def plan(session: Session, of: Office, status: PlanStatus = PlanStatus.LIVE) -> Plan:
    made = Plan(
        office_id=of.id or 0,
        number=of.next_plan,
        title="Kế hoạch thử",
        year=2023,
        source_name="thu.txt",
        source_hash="0",
        status=status,
        received_at=NOW,
    )
    of.next_plan += 1
    session.add(made)
    session.flush()
    return made


def task(session: Session, of: Plan, lead: list[str], due: list[str], kind: TaskKind = TaskKind.DATED) -> Task:
    made = Task(office_id=of.office_id, plan_id=of.id, ref="1", title="Việc thử", lead=lead, due=due, kind=kind)
    session.add(made)
    session.flush()
    return made


def deadline(session: Session, of: Office, task: Task, unit: Unit, **fields: object) -> Deadline:
    """A deadline with the office's next code; `fields` as given, the derived days among them."""
    made = Deadline(
        office_id=of.id or 0,
        task_id=task.id or 0,
        unit_id=unit.id or 0,
        code=of.next_code,
        **({"kind": TaskKind.DATED} | fields),
    )
    of.next_code += 1
    session.add(made)
    session.flush()
    return made


def day(text: str) -> date:
    return date.fromisoformat(text)
