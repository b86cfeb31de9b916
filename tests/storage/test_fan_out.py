"""A row of a plan becomes what units owe, and follows the row when it changes."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlmodel import Session

from lang.workdays import national
from storage import plans
from storage.db import Database
from storage.journal import Journal
from storage.models import Deadline, Task, TaskKind
from storage.units import Directory
from tests.storage import rows

NOW = datetime(2023, 3, 1, 1, tzinfo=UTC)
EVERYBODY = ["Các phòng chuyên môn", "đơn vị trực thuộc"]


class Plans:
    """One office, one live plan."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.office, self.units = rows.office(session)
        self.plan = rows.plan(session, self.office)

    def row(self, lead: list[str], due: list[str], kind: TaskKind = TaskKind.DATED, **fields: Any) -> Task:
        task = rows.task(self.session, self.plan, lead, due, kind)
        for name, value in fields.items():
            setattr(task, name, value)
        return task

    def fan_out(self, task: Task) -> list[Deadline]:
        directory = Directory(self.session, self.office.id or 0)
        before = plans.deadlines_of(self.session, task)
        plans.fan_out(self.session, self.office, task, directory, national(), NOW, Journal(self.session), before)
        found = [one for one in plans.deadlines_of(self.session, task) if one.cancelled_at is None]
        return sorted(found, key=lambda one: one.code)

    def named(self, found: list[Deadline]) -> list[tuple[str, str | None]]:
        names = {unit.id: unit.name for unit in self.units}
        return [(names[one.unit_id], one.due.isoformat() if one.due else None) for one in found]


def doubt(*days: str) -> dict[str, Any]:
    return {"code": "year_mismatch", "args": {}, "dates": list(days), "suggest": []}


def test_one_for_each_unit_and_day(database: Database) -> None:
    with database.begin() as session:
        it = Plans(session)
        found = it.fan_out(it.row(["Thanh tra", "Phòng Nội dung"], ["2023-05-05", "2023-06-05"]))
        assert it.named(found) == [
            ("Thanh tra", "2023-05-05"),
            ("Thanh tra", "2023-06-05"),
            ("Phòng Nội dung", "2023-05-05"),
            ("Phòng Nội dung", "2023-06-05"),
        ]
        assert [one.code for one in found] == [1, 2, 3, 4]
        assert it.office.next_code == 5


def test_the_secretariat_does_not_report_to_itself(database: Database) -> None:
    with database.begin() as session:
        it = Plans(session)
        report = it.row([*EVERYBODY, "Văn phòng", "Hội Nhà báo"], ["2023-03-05"], TaskKind.REPORT)
        assert [name for name, _due in it.named(it.fan_out(report))] == [
            "Phòng Nội dung",
            "Phòng Kế hoạch - Tài chính",
            "Trung tâm Lưu trữ",
        ]
        assert [name for name, _due in it.named(it.fan_out(it.row(["Văn phòng"], ["2023-05-05"])))] == ["Văn phòng"]


@pytest.mark.parametrize("lead", [["Hội Nhà báo"], ["Sở Nội vụ"], [], ["Toàn thể cán bộ"]])
def test_who_is_not_of_the_office_owes_nothing(database: Database, lead: list[str]) -> None:
    with database.begin() as session:
        it = Plans(session)
        assert it.fan_out(it.row(lead, ["2023-05-05"])) == []


def test_a_doubtful_day_is_no_deadline(database: Database) -> None:
    with database.begin() as session:
        it = Plans(session)
        found = it.fan_out(it.row(["Thanh tra"], ["2022-05-05"], doubts=[doubt("2022-05-05")]))
        assert it.named(found) == [("Thanh tra", None)]
        assert (found[0].kind, found[0].aim_day, found[0].last_day) == (TaskKind.OPEN, None, None)
        half = it.fan_out(it.row(["Thanh tra"], ["2022-05-05", "2023-05-05"], doubts=[doubt("2022-05-05")]))
        assert it.named(half) == [("Thanh tra", "2023-05-05")]


def test_settling_a_doubt_keeps_the_code(database: Database) -> None:
    with database.begin() as session:
        it = Plans(session)
        task = it.row(["Thanh tra"], ["2022-05-05"], doubts=[doubt("2022-05-05")])
        (before,) = it.fan_out(task)
        task.doubts, task.due = [], ["2023-05-05", "2023-06-05"]
        found = it.fan_out(task)
        assert it.named(found) == [("Thanh tra", "2023-05-05"), ("Thanh tra", "2023-06-05")]
        assert found[0].code == before.code == 1
        assert (found[0].kind, found[0].last_day) == (TaskKind.DATED, date(2023, 5, 5))


def test_what_is_done_is_not_done_again(database: Database) -> None:
    with database.begin() as session:
        it = Plans(session)
        task = it.row(["Thanh tra"], ["2023-05-05"])
        (done,) = it.fan_out(task)
        done.done_at = NOW
        assert it.fan_out(task) == [done]
        assert it.office.next_code == 2


@pytest.mark.parametrize(
    ("due", "kind", "to_confirm"),
    [
        ("2023-02-28", TaskKind.DATED, True),  # its last good day is past on Wednesday 01/3
        ("2023-03-01", TaskKind.DATED, False),
        ("2023-02-26", TaskKind.DATED, True),  # a Sunday, last day Monday 27/2
        ("2023-01-31", TaskKind.ALL_YEAR, False),
    ],
)
def test_what_is_already_past_waits_to_be_confirmed(
    database: Database, due: str, kind: TaskKind, to_confirm: bool
) -> None:
    with database.begin() as session:
        it = Plans(session)
        (found,) = it.fan_out(it.row(["Thanh tra"], [due], kind))
        assert found.to_confirm is to_confirm


def test_a_strict_day_and_an_hour_go_with_it(database: Database) -> None:
    with database.begin() as session:
        it = Plans(session)
        (found,) = it.fan_out(it.row(["Thanh tra"], ["2023-12-05"], strict=True))
        assert (found.strict, found.last_day) == (True, date(2023, 12, 4))


def test_offices_count_their_codes_apart(database: Database) -> None:
    with database.begin() as session:
        one, other = Plans(session), Plans(session)
        assert [found.code for found in one.fan_out(one.row(["Thanh tra"], ["2023-05-05"]))] == [1]
        assert [found.code for found in other.fan_out(other.row(["Thanh tra"], ["2023-05-05"]))] == [1]
