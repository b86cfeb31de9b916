"""Targets: whether a reading meets one; which readings count; who leads one."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from plans import DraftTarget
from storage import targets
from storage.db import Database
from storage.models import Person, Plan, PlanStatus, Reading, Target
from storage.targets import Outcome
from tests.storage import rows

MET, SHORT, ABOVE = Outcome.MET, Outcome.SHORT, Outcome.ABOVE


def aim(op: str, value: float, value_max: float | None = None, unit: str = "%", text: str = "") -> Target:
    return Target(
        office_id=1, plan_id=1, position=0, section="1", text=text, op=op, value=value, value_max=value_max, unit=unit
    )


@pytest.mark.parametrize(
    ("target", "value", "outcome"),
    [
        (aim(">=", 91), 91, MET),
        (aim(">=", 91), 90.9, SHORT),
        (aim(">=", 91), 99, MET),
        (aim(">", 80), 80, SHORT),
        (aim(">", 80), 80.1, MET),
        (aim("=", 100), 100, MET),
        (aim("=", 100), 99.9, SHORT),
        (aim("=", 50), 60, ABOVE),
        (aim("<=", 5), 5, MET),
        (aim("<=", 5), 5.1, SHORT),
        (aim("range", 35, 40), 34.9, SHORT),
        (aim("range", 35, 40), 35, MET),
        (aim("range", 35, 40), 40, MET),
        (aim("range", 35, 40), 42, ABOVE),
        (aim(">=", 25, 30), 26, MET),
        (aim("=", 0, unit="vụ", text="Không có vụ việc nào"), 0, MET),
        (aim("=", 0, unit="vụ", text="Không có vụ việc nào"), 3, SHORT),
        (aim("=", 5, text="Kéo giảm tỷ lệ ảnh lỗi còn 5%"), 3, MET),
        (aim("=", 5, text="Kéo giảm tỷ lệ ảnh lỗi xuống còn 5%"), 7, SHORT),
        (aim("=", 7, 8.5, "điểm"), 7.2, MET),
        (aim("=", 7, 8.5, "điểm"), 6.9, SHORT),
    ],
)
def test_outcome(target: Target, value: float, outcome: Outcome) -> None:
    assert targets.outcome(target, value) is outcome


def draft(section: str, text: str, lead: str = "") -> DraftTarget:
    return DraftTarget(section, text, ">=", 90, lead=lead)


def read(session: Session, plan: Plan, section: str, value: float, days: int = 0) -> None:
    target = next(one.target for one in targets.live(session, plan.office_id) if one.target.section == section)
    person = Person(office_id=plan.office_id, name="Lan")
    session.add(person)
    session.flush()
    session.add(
        Reading(target_id=target.id or 0, value=value, at=rows.NOW + timedelta(days=days), person_id=person.id or 0)
    )
    session.flush()


def standing(session: Session, plan: Plan) -> list[tuple[str, list[float]]]:
    followed = targets.live(session, plan.office_id)
    return [(one.target.section, [reading.value for reading in one.readings]) for one in followed]


def test_targets_of_live_plans_in_order_with_the_newest_reading_first(database: Database) -> None:
    with database.begin() as session:
        office, _units = rows.office(session)
        plan = rows.plan(session, office)
        targets.store(session, plan, [draft("2.1", "tối thiểu 90% hồ sơ"), draft("1.9", "tối thiểu 90% biểu mẫu")])
        targets.store(session, rows.plan(session, office, PlanStatus.DRAFT), [draft("7", "tối thiểu 90% văn bản")])
        targets.store(session, rows.plan(session, rows.office(session)[0]), [draft("8", "tối thiểu 90% văn bản")])
        read(session, plan, "2.1", 91, days=1)
        read(session, plan, "2.1", 88)
        assert standing(session, plan) == [("2.1", [91, 88]), ("1.9", [])]
        assert [one.outcome for one in targets.live(session, plan.office_id)] == [MET, Outcome.NONE]


def test_whoever_leads_the_row_leads_its_target(database: Database) -> None:
    with database.begin() as session:
        office, _units = rows.office(session)
        plan = rows.plan(session, office)
        task = rows.task(session, plan, [], [])
        task.ref, task.title = "1", "Bảo đảm tối thiểu 90% hồ sơ đúng hạn."
        session.flush()
        targets.store(
            session, plan, [draft("1", "tối thiểu 90% hồ sơ đúng hạn"), draft("1", "90% văn bản", "Thanh tra")]
        )
        task.lead = ["Văn phòng"]
        session.flush()
        of_row, of_text = targets.live(session, plan.office_id)
        assert (of_row.lead, of_row.task) == (["Văn phòng"], task)
        assert (of_text.lead, of_text.task) == (["Thanh tra"], None)


def test_readings_of_the_version_before_still_count(database: Database) -> None:
    with database.begin() as session:
        office, _units = rows.office(session)
        old = rows.plan(session, office)
        same = "tối thiểu 90% hồ sơ"
        targets.store(session, old, [draft("1", same), draft("2", "90% biểu mẫu"), draft("3", "90% văn bản")])
        read(session, old, "1", 70)
        read(session, old, "2", 80)
        read(session, old, "3", 60)
        new = rows.plan(session, office)
        old.status, new.replaces = PlanStatus.SUPERSEDED, old.id
        targets.store(session, new, [draft("1", same), draft("2.1", "90% biểu mẫu"), draft("3", "90% công văn")])
        read(session, new, "1", 95, days=1)
        assert standing(session, new) == [("1", [95, 70]), ("2.1", [80]), ("3", [])]


def test_the_same_words_in_two_rows_are_not_mixed_up_by_a_new_version(database: Database) -> None:
    with database.begin() as session:
        office, _units = rows.office(session)
        old = rows.plan(session, office)
        targets.store(session, old, [draft("1", "90% tiêu chí"), draft("2", "90% tiêu chí")])
        read(session, old, "1", 70)
        read(session, old, "2", 80)
        new = rows.plan(session, office)
        old.status, new.replaces = PlanStatus.SUPERSEDED, old.id
        targets.store(session, new, [draft("2", "90% tiêu chí"), draft("5", "90% tiêu chí")])
        assert standing(session, new) == [("2", [80]), ("5", [])]
