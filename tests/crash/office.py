"""The morning that the bot is killed on: a few hundred groups, all of which are owed a digest at 08:00."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from time import monotonic, sleep
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from bot import sample
from bot.app import App
from channels import Address, File, Sender
from handlers import load
from schedules import reminders
from schedules.clock import HandClock
from storage import people
from storage.db import Database
from storage.models import Deadline, Delivery, DeliveryState, Office, Unit
from tests.fakes.telegram import FakeTelegram
from tests.fakes.zalo import FakeZalo
from tests.year.faulty import FaultyChannel, Weather

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MORNING = datetime(2023, 2, 22, 8, 0, tzinfo=ZONE)
"""Seven working days before the first report, which the twelve units owe: each of their groups is called, and the
office's; the Văn phòng owes none and has nothing to hear."""
SILENT = "Văn phòng"
OWED = {DeliveryState.WAITING, DeliveryState.UNKNOWN}
QUIET = 60
"""Seconds without any progress after which a test stops waiting."""


Fake = FakeTelegram | FakeZalo
Groups = dict[int | str, str]
"""The title of each group, by its chat on the messenger."""


async def make(database: Database, fake: Fake, copies: int) -> Groups:
    """The sample office with its plan agreed, each unit with `copies` groups; which chat of `fake` is whose group."""
    clock = HandClock(datetime(2023, 1, 9, 9, 0, tzinfo=ZONE))
    channel = FaultyChannel(fake.name, clock, ZONE, 0, Weather(0, 0, 0, 0))
    app = App(database, clock, load(), [channel])
    titles = sample.rooms()
    chats = {short: fake.world.group(title) for short, title in titles.items()}
    addresses = {short: Address(str(chat)) for short, chat in chats.items()}
    accounts = {member.name: member.name.casefold() for member in sample.everybody()}
    groups: Groups = {chat: titles[short] for short, chat in chats.items()}

    def make_office(session: Session) -> None:
        office = sample.make(session, fake.name, accounts, addresses, clock.now())
        for _copy in range(copies - 1):
            groups.update(_more(session, office, fake, clock.now()))

    await app.within(make_office)
    content = sample.plan()
    for text, files in (("", (File(sample.PLAN, len(content), content=content),)), ("đồng ý KH1", ())):
        await app.take(fake.name, [channel.hear("lan", Sender("lan", "Lan"), text, private=True, files=files)])
        await app.settle()
    await app.within(_nothing_late)
    return groups


def _nothing_late(session: Session) -> None:
    """What was due before is done: nobody else has to hear of it that morning."""
    past = col(Deadline.last_day) < MORNING.date()
    session.execute(update(Deadline).where(past).values(done_at=MORNING, done_day=Deadline.last_day))


def _more(session: Session, office: Office, fake: Fake, now: datetime) -> Iterator[tuple[int | str, str]]:
    """One more group for each unit."""
    for unit in session.exec(select(Unit).where(Unit.office_id == office.id).order_by(col(Unit.position))).all():
        if unit.name not in sample.rooms().values() or unit.name == SILENT:
            continue
        chat = fake.world.group(unit.name)
        row = people.chat_at(session, fake.name, str(chat), "", private=False, title=unit.name)
        people.link(session, row, office.id or 0, [unit.id or 0], whole_office=False)
        reminders.expect(session, row, office, now)
        yield chat, unit.name


def settled(database: Database, groups: Groups) -> bool:
    """Wait until the digest of every group that is called has its outcome. False: nothing moved for a minute.

    On SQLite whoever looks holds up whoever writes, so it is looked now and then."""
    before, patience = Counter[DeliveryState](), monotonic() + QUIET
    while True:
        states = outcomes(database)
        if over(states, groups):
            return True
        if states != before:
            before, patience = states, monotonic() + QUIET
        elif monotonic() > patience:
            return False
        sleep(0.1)


def over(states: Counter[DeliveryState], groups: Groups) -> bool:
    """Whether the digest of every group that is called has its outcome."""
    return states.total() >= sum(title != SILENT for title in groups.values()) and not OWED & states.keys()


def outcomes(database: Database) -> Counter[DeliveryState]:
    """What became of the digests of that morning."""
    with database.begin() as session:
        query = select(Delivery.state, func.count()).where(Delivery.kind == "digest")
        rows = session.exec(query.where(Delivery.slot == MORNING.date().isoformat()).group_by(col(Delivery.state)))
        return Counter(dict(rows.all()))
