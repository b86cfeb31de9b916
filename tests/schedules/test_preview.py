"""The digests to come are read ahead without reading the office anew for each day."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import select

from schedules import closings, matters, upward
from schedules.matters import Matters
from schedules.policies import calendar_of
from schedules.preview import upcoming
from schedules.tell import Ears
from storage.db import Database
from storage.models import Chat, Office, Person, Role, RoleKind
from tests.app.office import Living

pytestmark = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)


def counted(calls: Counter[str], name: str, whole: Callable[..., Any]) -> Callable[..., Any]:
    def call(*given: Any, **more: Any) -> Any:
        calls[name] += 1
        return whole(*given, **more)

    return call


async def test_what_does_not_depend_on_the_day_is_read_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    living = Living(database)
    await living.open(("QLVH", "2023-03-20"), ("TV", "2023-04-10"))
    calls: Counter[str] = Counter()
    monkeypatch.setattr(matters, "Directory", counted(calls, "directory", matters.Directory))
    owed = counted(calls, "reasons", matters.approvals.reasons_owed)
    monkeypatch.setattr(matters.approvals, "reasons_owed", owed)
    with database.begin() as session:
        office = session.exec(select(Office)).one()
        office.help_days = 3
        assert len({one.at for one in upcoming(session, office, living.clock.now(), 10)}) == 10
    assert calls == {"directory": 1, "reasons": 1}


async def test_a_month_is_closed_once_for_all_who_hear_of_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    living = Living(database, "2023-03-01 07:00")
    await living.open(("QLVH", "2023-02-20"))
    for who in ("lan", "minh", "thu"):
        await living.say(who, who, "/start")
    calls: Counter[str] = Counter()
    with database.begin() as session:
        office = session.exec(select(Office)).one()
        for name in ("Minh", "Thu"):
            person = session.exec(select(Person).where(Person.name == name)).one()
            session.add(Role(person_id=person.id or 0, kind=RoleKind.COORDINATOR))
        session.flush()
        today = living.clock.now().date()
        morning, ears = Matters(session, office, today, calendar_of(office)), Ears(session, office, today)
        monkeypatch.setattr(closings, "block", counted(calls, "closing", closings.block))
        told = upward.chats(morning, ears)
        coordinators = session.exec(select(Chat.id).where(Chat.external.in_(("lan", "minh", "thu")))).all()  # type: ignore[attr-defined]
        assert told >= set(coordinators)
    assert calls == {"closing": 1}
