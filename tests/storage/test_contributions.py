"""By which day a co-operating unit sends its part, whose parts there are, and until when they are wanted."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session

from lang.workdays import Calendar, national
from storage import contributions, deadlines, tallies
from storage.db import Database
from storage.models import Contribution, Deadline, Office, Person, Task, TaskKind, Unit
from storage.units import Directory
from tests.storage import rows
from tests.storage.rows import NOW, WEEKDAYS

TODAY = date(2023, 5, 2)


def dated(aim: date | None, kind: TaskKind = TaskKind.DATED) -> Deadline:
    return Deadline(office_id=0, task_id=0, unit_id=0, code=1, kind=kind, due=aim, aim_day=aim, last_day=aim)


@pytest.mark.parametrize("days", [1, 2, 3, 5, 10, 20])
def test_the_day_is_so_many_working_days_before_for_every_day(days: int) -> None:
    office, calendar = Office(name="Sở", help_days=days), national()
    worked: list[date] = []
    day = date(2021, 1, 1)
    while day <= date(2027, 12, 31):
        if calendar.works(day):
            worked.append(day)
            if len(worked) > days:
                assert contributions.day_of(dated(day), office, calendar) == worked[-1 - days]
        day += timedelta(days=1)


def test_holidays_and_worked_saturdays_count() -> None:
    office = Office(name="Sở", help_days=3)
    # 29/4 to 3/5/2023 are off: before Friday 5/5 lie Thursday 4/5, Friday 28/4, Thursday 27/4.
    assert contributions.day_of(dated(date(2023, 5, 5)), office, national()) == date(2023, 4, 27)
    swapped = Calendar(work=frozenset({date(2023, 6, 10)}))
    assert contributions.day_of(dated(date(2023, 6, 13)), office, swapped) == date(2023, 6, 9)


def test_without_a_rule_or_a_day_there_is_none() -> None:
    office = Office(name="Sở", help_days=3)
    day = date(2023, 6, 15)
    assert contributions.day_of(dated(day), Office(name="Sở"), WEEKDAYS) is None
    assert contributions.day_of(dated(None, TaskKind.OPEN), office, WEEKDAYS) is None
    assert contributions.day_of(dated(day, TaskKind.REPORT), office, WEEKDAYS) is None
    assert contributions.day_of(dated(day, TaskKind.ALL_YEAR), office, WEEKDAYS) is None


class Scene:
    """Phòng Nội dung leads a task due on 15/5; Văn phòng, Thanh tra and others are said to co-operate."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.office, units = rows.office(session)
        self.office.help_days = 3
        self.units: dict[str, Unit] = {unit.name: unit for unit in units}
        plan = rows.plan(session, self.office)
        self.task: Task = rows.task(session, plan, ["Phòng Nội dung"], ["2023-05-15"])
        self.task.coordinating = ["Thanh tra", "Phòng Nội dung; Văn phòng", "Hội Nhà báo", "các bên liên quan"]
        self.lead = rows.deadline(session, self.office, self.task, self.units["Phòng Nội dung"], due=date(2023, 5, 15))
        deadlines.set_days(self.lead, WEEKDAYS)
        person = Person(office_id=self.office.id or 0, name="Minh")
        session.add(person)
        session.flush()
        self.person = person.id or 0

    def owed(self, today: date = TODAY) -> list[tuple[str, date]]:
        self.session.flush()
        directory = Directory(self.session, self.office.id or 0)
        found = contributions.owed(self.session, self.office, directory, WEEKDAYS, today)
        return [(directory.by_id[one.unit_id].name, one.day) for one in found]

    def send(self, unit: str) -> None:
        row = {"deadline_id": self.lead.id or 0, "unit_id": self.units[unit].id or 0, "person_id": self.person}
        self.session.add(Contribution(at=NOW, **row))


BOTH = [("Văn phòng", date(2023, 5, 10)), ("Thanh tra", date(2023, 5, 10))]


def test_the_units_named_that_do_not_lead_and_are_of_the_office(database: Database) -> None:
    with database.begin() as session:
        scene = Scene(session)
        assert scene.owed() == BOTH
        scene.send("Thanh tra")
        assert scene.owed() == BOTH[:1]
        scene.office.help_days = None
        assert scene.owed() == []


def test_the_day_follows_the_leads(database: Database) -> None:
    with database.begin() as session:
        scene = Scene(session)
        deadlines.move(scene.lead, date(2023, 5, 31), WEEKDAYS)
        assert {day for _unit, day in scene.owed()} == {date(2023, 5, 26)}
        scene.office.help_days = 5
        assert {day for _unit, day in scene.owed()} == {date(2023, 5, 24)}


@pytest.mark.parametrize("column", ["done_at", "cancelled_at", "paused_at", "signing_at"])
def test_nothing_is_wanted_while_the_lead_wants_nothing(database: Database, column: str) -> None:
    with database.begin() as session:
        scene = Scene(session)
        setattr(scene.lead, column, NOW)
        assert scene.owed() == []
        setattr(scene.lead, column, None)
        assert scene.owed() == BOTH


def test_wanted_until_the_leads_last_day_and_counted_nowhere(database: Database) -> None:
    with database.begin() as session:
        scene = Scene(session)
        assert scene.owed(date(2023, 5, 15)) == BOTH, "after its own day it is still reminded of"
        assert scene.owed(date(2023, 5, 16)) == []
        everybody = [unit.id or 0 for unit in scene.units.values()]
        counted = tallies.tallies(session, scene.office.id or 0, date(2023, 5, 16), everybody)
        assert set(counted) == {scene.units["Phòng Nội dung"].id}


def test_what_a_merged_unit_sent_is_of_the_one_it_is_part_of(database: Database) -> None:
    with database.begin() as session:
        scene = Scene(session)
        scene.send("Thanh tra")
        scene.units["Thanh tra"].merged_into = scene.units["Văn phòng"].id
        scene.units["Thanh tra"].closed_at = NOW
        assert scene.owed() == []
