"""How fast `/tiendo` of a whole office is decided and worded, against the same transaction in raw SQL."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC
from functools import partial
from itertools import count
from time import perf_counter
from typing import Any

from sqlmodel import Session, col, select

from benchmarks.ground import CHANNEL, KINDS, NOW, Ground, account, office, spent, surround
from benchmarks.measure import Figure, milliseconds, side_by_side
from bot.hearing import decide
from channels import Address, Incoming, Sender
from handlers import Router, load
from storage import inbox
from storage.db import Database
from storage.models import Delivery, Heard

ROUNDS, PROFILED = 101, 20
SMALL, LARGE = 100_000, 1_000_000
TARGETS = {"sqlite": 2.5, "postgresql": 1.8}
WHO = account("Thu")
"""The leader, in private: the whole office."""
TODAY = NOW.date().isoformat()
_OPEN = "d.done_at IS NULL AND NOT d.to_confirm"
_DATED = "d.kind IN ('dated', 'report')"
_OVERDUE = (
    f"{_OPEN} AND {_DATED} AND d.last_day < '{TODAY}' AND d.signing_at IS NULL AND d.paused_at IS NULL"
    " AND d.cancelled_at IS NULL"
)
_LATE = "d.done_at IS NOT NULL AND coalesce(d.document_day, d.done_day) > d.last_day"
PLANS_SQL = "SELECT count(*) FROM plan WHERE office_id = ? AND (status <> 'live' OR accepts_since IS NOT NULL)"
"""Nobody looks at results and every plan is in force: so no deadline's task and plan have to be looked up."""
WHO_SQL = """SELECT c.id, p.id, o.id, o.short_name, r.kind, r.unit_id FROM account a JOIN person p ON p.id = a.person_id
JOIN office o ON o.id = p.office_id JOIN role r ON r.person_id = p.id
JOIN chat c ON c.channel = a.channel AND c.external = a.external AND c.thread = ''
WHERE a.channel = ? AND a.external = ?"""
UNITS_SQL = "SELECT id, coalesce(nullif(short_name, ''), name), kind FROM unit WHERE office_id = ? ORDER BY position"
TALLY_SQL = f"""SELECT d.unit_id, count(*) FILTER (WHERE d.done_at IS NOT NULL AND NOT ({_LATE})),
count(*) FILTER (WHERE {_LATE}), count(*) FILTER (WHERE {_OPEN} AND d.kind <> 'open' AND NOT ({_OVERDUE})),
count(*) FILTER (WHERE {_OVERDUE}), count(*) FILTER (WHERE {_OPEN} AND d.kind = 'open'),
count(*) FILTER (WHERE d.done_at IS NULL AND d.to_confirm)
FROM deadline d WHERE d.office_id = ? AND d.cancelled_at IS NULL GROUP BY d.unit_id"""
WORST_SQL = f"""SELECT d.code, t.title, d.due, u.short_name FROM deadline d JOIN task t ON t.id = d.task_id
JOIN unit u ON u.id = d.unit_id WHERE d.office_id = ? AND {_OVERDUE}
ORDER BY u.position, d.last_day, d.code LIMIT 3"""
HEARD_SQL = "UPDATE heard SET answered_at = ?, body = '' WHERE id = ? AND answered_at IS NULL"
MORE_SQL = "SELECT id FROM question WHERE chat_id = ? AND kind = 'list' AND person_id = ?"
KEEP_SQL = "UPDATE question SET asked_at = ?, expires_at = ? WHERE id = ?"
OWE_SQL = """INSERT INTO delivery (chat_id, kind, slot, text, bold, actions, about, file_hash, file_name, picture,
state, made_at, try_at, attempts, unsure, in_flight, message, why)
VALUES (?, 'reply', ?, ?, ?, ?, ?, '', '', ?, 'waiting', ?, ?, 0, 0, ?, '', '')"""


class Said:
    """«/tiendo», stored raw so many times, to be answered one after the other."""

    def __init__(self, database: Database, times: int) -> None:
        self.database, self.numbers = database, count(1)
        with database.begin() as session:
            inbox.keep(session, CHANNEL, [(f"m{n}", "{}") for n in range(times)], NOW)
        with database.begin() as session:
            self.ids = iter(session.exec(select(col(Heard.id)).order_by(col(Heard.id))).all())

    def ours(self, router: Router) -> None:
        heard = next(self.ids) or 0
        sender = Sender(WHO, "Thu")
        incoming = Incoming(CHANNEL, str(heard), Address(WHO), private=True, sender=sender, text="/tiendo")
        self.database.run(lambda session: decide(session, router, heard, incoming, NOW, None))

    def raw(self, ask: "Ask") -> None:
        """One transaction of the driver's own, with as few statements as the answer takes, and the words."""
        heard = next(self.ids)
        now = NOW.astimezone(UTC)
        moment: Any = now.replace(tzinfo=None).isoformat(" ") if self.database.is_sqlite else now
        ask("BEGIN IMMEDIATE" if self.database.is_sqlite else "BEGIN")
        ask(HEARD_SQL, moment, heard)
        chat, person, here, name, _kind, _unit = ask(WHO_SQL, CHANNEL, WHO)[0]
        units = ask(UNITS_SQL, here)
        if ask(PLANS_SQL, here)[0][0]:
            raise AssertionError("the floor is written for an office whose plans are all in force")
        tallies = {row[0]: row[1:] for row in ask(TALLY_SQL, here)}
        worst = ask(WORST_SQL, here)
        text = worded(name, units, tallies, worst)
        more = ask(MORE_SQL, chat, person)
        if more:
            ask(KEEP_SQL, moment, moment, more[0][0])
        codes = json.dumps([row[0] for row in worst])
        actions = '["/quahan", "/viec"]'
        ask(OWE_SQL, chat, f"{heard}:0", text, "[[0, 7]]", actions, codes, False, moment, moment, False)
        ask("COMMIT")


Ask = Callable[..., list[Any]]


def worded(
    name: str, units: Sequence[tuple[Any, ...]], tallies: dict[int, tuple[Any, ...]], worst: Sequence[tuple[Any, ...]]
) -> str:
    on_time, late, running, overdue, undated = (sum(row[k] for row in tallies.values()) for k in range(5))
    lines = [f"Toàn {name}", f"Hoàn thành {on_time + late} (đúng hạn {on_time}, sau hạn {late}), đang làm {running}, "]
    lines[-1] += f"quá hạn {overdue}. {undated} việc chưa có hạn."
    lines += [f"{unit}: {code} {title}, hạn {due}" for code, title, due, unit in worst]
    cells = [f"{unit} {'/'.join(map(str, tallies.get(id, (0, 0, 0, 0))[:4]))}" for id, unit, _kind in units]
    return "\n".join([*lines, *(" · ".join(cells[k : k + 3]) for k in range(0, len(cells), 3))])


def asker(database: Database) -> tuple[Ask, Callable[[], None]]:
    """How the driver itself is asked, and how it is let go."""
    connection = database.engine.raw_connection()
    driver: Any = connection.driver_connection
    if not database.is_sqlite:
        driver.autocommit = True
    cursor = driver.cursor()

    def ask(words: str, *values: Any) -> list[Any]:
        cursor.execute(words if database.is_sqlite else words.replace("?", "%s"), values)
        return list(cursor.fetchall()) if words.startswith("SELECT") else []

    def let_go() -> None:
        cursor.close()
        if not database.is_sqlite:
            driver.autocommit = False
        connection.close()

    return ask, let_go


def same(database: Database) -> None:
    """Both answered the same: the line of counts and the lines of the units."""

    def last(session: Session) -> list[str]:
        newest = select(Delivery.text).order_by(col(Delivery.id).desc()).limit(2)
        return [text or "" for text in session.exec(newest)]

    with database.begin() as session:
        one, other = last(session)
    lines = [set(text.splitlines()[-5:]) | set(text.splitlines()[1:2]) for text in (one, other)]
    if lines[0] != lines[1]:
        raise AssertionError(f"the floor says something else:\n{one}\n\n{other}")


def answered(database: Database, router: Router) -> tuple[float, float, str]:
    """Seconds for ours and for the raw one, and what a profile of ours shows."""
    said = Said(database, 2 * (ROUNDS + 2) + PROFILED)
    ask, let_go = asker(database)
    try:
        ours, raw = side_by_side(partial(said.ours, router), partial(said.raw, ask), times=ROUNDS)
    finally:
        let_go()
    same(database)
    start = perf_counter()
    with spent(database) as driver:
        for _n in range(PROFILED):
            said.ours(router)
    return ours, raw, driver.of(PROFILED, (perf_counter() - start) / PROFILED)


def against_raw(ground: Ground) -> Iterator[Figure]:
    """#4."""
    router = load()
    for kind in KINDS:
        with ground.fresh(kind) as database:
            office(database)
            surround(database, SMALL // 2_000 - 1)
            ours, raw, profile = answered(database, router)
            what = f"/tiendo ÷ raw SQL of the same answer, {SMALL:,} rows, {kind}"
            yield Figure(what, ours / raw, "×", TARGETS[kind], f"{milliseconds(ours, raw)}; {profile}")


def with_more_around(ground: Ground) -> Iterator[Figure]:
    """#5."""
    router = load()
    for kind in KINDS:
        with ground.fresh(kind) as database:
            office(database)
            surround(database, SMALL // 2_000 - 1)
            little, *_rest = answered(database, router)
        with ground.million(kind) as database:
            much, *_rest = answered(database, router)
            what = f"/tiendo with {LARGE:,} rows around it ÷ with {SMALL:,}, {kind}"
            yield Figure(what, much / little, "×", 1.15, milliseconds(much, little))
