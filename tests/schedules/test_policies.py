"""When a chat is spoken to, as its units and the office want it."""

from datetime import time

import pytest
from sqlmodel import select

from schedules.policies import policy_of_chat
from storage.db import Database
from storage.models import Chat, Office
from tests.app.office import Living

pytestmark = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)


async def test_a_unit_keeps_its_own_hour_when_another_is_merged_into_it(database: Database) -> None:
    living = Living(database)
    await living.open()
    await living.say("lan", "lan", "nhắc TCPC lúc 9h")
    await living.say("lan", "lan", "sáp nhập QLVH vào TCPC")
    await living.say("lan", "lan", "1")
    with database.begin() as session:
        office = session.exec(select(Office)).one()
        for group in ("TCPC", "QLVH"):
            chat = session.exec(select(Chat).where(Chat.external == group)).one()
            assert policy_of_chat(session, office, chat).at == time(9, 0)
