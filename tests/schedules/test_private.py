"""Two months of an office in which groups come and go, people are on leave, block the bot and come back, days are
missed and messages fail: every morning in private held against a plain reckoning of docs/reminders.md."""

import random
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest
from sqlmodel import select

from channels import Address, Never, Reply
from storage.db import Database
from storage.models import Deadline, Leave, Person, Role, RoleKind, Unit
from tests.app.office import HERE, Living
from tests.year.oracle import Oracle, Owed, WorkDays

ONE = timedelta(days=1)
FIRST, LAST = date(2023, 3, 1), date(2023, 4, 28)
UNITS = {"QLVH": "Phòng Quản lý Văn hóa", "TTr": "Thanh tra", "TV": "Thư viện tỉnh"}
FOCALS = {"QLVH": ["minh"], "TTr": ["phúc"], "TV": ["liên", "minh"]}
HEADS = {"QLVH": ["hùng"], "TTr": [], "TV": []}
COORDINATOR = "lan"
GRACES = {"head": 2, "coordinator": 4}
"""After so many working days overdue."""
DUE = {
    "QLVH": ["2023-03-10", "2023-03-20", "2023-04-14", "2023-04-21"],
    "TTr": ["2023-03-08", "2023-03-17", "2023-04-07"],
    "TV": ["2023-03-14", "2023-03-31", "2023-04-18"],
}
ITEM = re.compile(r"^(\d+) Việc thứ \d+, ")
LINE = re.compile(r"^(.+?): ((?:quá hạn|đến hạn hôm nay|sắp đến hạn) \d+.*)$")
RAISED = re.compile(r"^(?:\w+: )?(\d+) Việc thứ \d+, hạn ")
ALONE = re.compile(r"^(?:Anh/chị \w+, .*\n)?(?:Anh/chị \w+, )?(\d+) Việc thứ \d+\nhạn .*, chưa ghi nhận kết quả")
MORE = re.compile(r"^và (\d+) việc khác: /viec$")
Standing = tuple[frozenset[int], frozenset[int], frozenset[int]]


@dataclass
class Office:
    """What anybody could know: who is where, who is open to the bot, who is away, and what each was told last."""

    days: WorkDays
    owed: dict[int, Owed]
    groups: set[str] = field(default_factory=lambda: set(UNITS))
    met: set[str] = field(default_factory=set)
    leaves: list[tuple[str, str, date, date]] = field(default_factory=list)
    brought: dict[tuple[str, int, str], date] = field(default_factory=dict)
    closed: date = date(2023, 1, 1)
    told: dict[tuple[str, str], date] = field(default_factory=lambda: {(unit, unit): FIRST - ONE for unit in UNITS})

    def stands_in(self, who: str, day: date) -> str:
        """Who has this person's place today."""
        return next((other for name, other, since, until in self.leaves if name == who and since <= day <= until), who)

    def away(self, who: str, day: date) -> bool:
        return self.stands_in(who, day) != who

    def hear(self, unit: str, day: date) -> list[str]:
        """In which chats a unit is heard: its own group, its people, else whoever rings up."""
        if unit in self.groups:
            return [unit]
        for people in (FOCALS[unit], HEADS[unit]):
            reached = [self.stands_in(one, day) for one in people]
            reached = [one for one in reached if one in self.met and not self.away(one, day)]
            if reached:
                return list(dict.fromkeys(reached))
        return [COORDINATOR]

    def rings(self, unit: str, day: date) -> bool:
        return self.hear(unit, day) == [COORDINATOR]

    def standing(self, unit: str, day: date, since: date) -> tuple[bool, Standing]:
        """Whether a unit calls after the day `since`, and what it shows."""
        oracle = Oracle(self.days, [])
        open_ = [one for one in self.owed.values() if one.unit == unit and not one.done]
        window = [since + ONE * n for n in range(1, (day - since).days + 1)]
        called = {one.code for one in open_ if any(oracle.calls_on(one, on) for on in window)}
        overdue = {one.code for one in open_ if oracle.last(one) < day}
        today = {one.code for one in open_ if oracle.aim(one) <= day <= oracle.last(one)}
        ahead = {one.code: self.days.ahead(day, oracle.aim(one)) for one in open_ if oracle.aim(one) > day}
        soon = {code for code, n in ahead.items() if n in (1, 2, 3, 7) or code in called}
        return bool(called), (frozenset(overdue), frozenset(today), frozenset(soon))

    def above(self, unit: str, step: str, day: date) -> list[str]:
        """Before whom a unit's matters are brought; no leader has ever spoken with the bot."""
        if step == "coordinator":
            return [COORDINATOR]
        heads = [self.stands_in(one, day) for one in HEADS[unit]] if step == "head" else []
        return [one for one in heads if one in self.met and not self.away(one, day)]

    def raised(self, day: date) -> dict[str, set[int]]:
        """What rises to whom: two working days after it began to be overdue to the head, two more to the Văn phòng; on
        that day and on the first working day of each week after it, or where nobody heard it then, later."""
        found: dict[str, set[int]] = {}
        oracle = Oracle(self.days, [])
        for one in self.owed.values():
            last = oracle.last(one)
            if one.done or last >= day:
                continue
            for step, need in GRACES.items():
                for chat in self.above(one.unit, step, day):
                    told = self.brought.get((step, one.code, chat)) or max(
                        (on for (s, c, _who), on in self.brought.items() if (s, c) == (step, one.code) and on < day),
                        default=last,
                    )
                    window = [told + ONE * n for n in range(1, (day - told).days + 1)]
                    own = one.unit not in self.groups and chat in self.hear(one.unit, day)
                    if (own and not self.rings(one.unit, day)) or not any(self.rises(last, need, on) for on in window):
                        continue
                    found.setdefault(chat, set()).add(one.code)
        return found

    def rises(self, last: date, need: int, on: date) -> bool:
        monday = on - ONE * on.weekday()
        late = self.days.ahead(last, on)
        return self.days.worked(on) and (late == need or (late > need and self.days.forth(monday) == on))

    def closes(self, day: date) -> bool:
        """Whether the Văn phòng is told how a month with something in it ended."""
        begins = self.days.forth(day.replace(day=1))
        last = day.replace(day=1) - ONE
        due = [one.due for one in self.owed.values() if one.due and (one.due.year, one.due.month) == (2023, last.month)]
        late = day > begins and self.days.ahead(begins, day) >= 5
        return bool(due) and day >= begins and not late and self.closed < day.replace(day=1)

    def hears_more(self, day: date, deaf: set[str]) -> dict[str, tuple[set[int], bool]]:
        """What each chat hears beside its own units: the codes that have risen, whether a month is closed."""
        raised, closes = self.raised(day), self.closes(day)
        chats = {*raised, *([COORDINATOR] if closes else [])}
        said = {chat: (raised.get(chat, set()), closes and chat == COORDINATOR) for chat in chats}
        units = {one.code: one.unit for one in self.owed.values()}
        for chat, (codes, _closing) in said.items():
            if chat in deaf:
                continue
            self.brought |= {
                (step, code, chat): day
                for step in GRACES
                for code in codes
                if chat in self.above(units[code], step, day) and self.late(code, day) >= GRACES[step]
            }
        if closes and COORDINATOR not in deaf:
            self.closed = day
        return said

    def late(self, code: int, day: date) -> int:
        return self.days.ahead(Oracle(self.days, []).last(self.owed[code]), day)

    def morning(self, day: date, deaf: set[str], more: Collection[str]) -> dict[str, dict[str, Standing]]:
        """What each chat hears on `day`, unit by unit; who is `deaf` hears nothing of it. `more`: who is spoken to
        anyway."""
        said: dict[str, dict[str, Standing]] = {}
        calling: set[str] = set(more)
        begins: dict[tuple[str, str], date] = {}
        for unit in UNITS:
            before = [on for (one, _chat), on in self.told.items() if one == unit]
            for chat in self.hear(unit, day):
                begins[unit, chat] = self.told.get((unit, chat)) or max(before, default=day - ONE)
                called, shown = self.standing(unit, day, begins[unit, chat])
                said.setdefault(chat, {})[unit] = shown
                calling |= {chat} if called else set()
                if not called:
                    begins[unit, chat] = day
            groups = {pair: on for pair, on in self.told.items() if pair == (unit, unit)}
            self.told = {pair: on for pair, on in self.told.items() if pair[0] != unit}
            self.told |= groups if unit not in self.groups else {}
        for (unit, chat), on in begins.items():
            self.told[unit, chat] = day if chat in calling and chat not in deaf else on
        heard = {chat: said.get(chat, {}) for chat in calling}
        return {chat: {u: s for u, s in units.items() if any(s)} for chat, units in heard.items()}


@dataclass
class Message:
    """A digest taken apart: the lines under each unit's name, those of the units to be rung up, the codes that have
    risen, how many are folded away, whether a month is closed in it."""

    units: dict[str, list[str]] = field(default_factory=dict)
    rung: dict[str, tuple[int, ...]] = field(default_factory=dict)
    raised: set[int] = field(default_factory=set)
    more: int = 0
    closing: bool = False


def read(text: str) -> Message:
    found, here = Message(), ""
    short = {name: unit for unit, name in UNITS.items()}
    if alone := ALONE.search(text):
        return Message(raised={int(alone[1])})
    for line in text.split("\n"):
        head = re.sub(r", (thứ \w+|Chủ nhật) \d\d?/\d\d?$", "", line)
        found.closing |= head.startswith("Kết thúc ")
        if head in short:
            here = short[head]
            found.units[here] = []
        elif head in ("Nhờ gọi điện", "Chưa ghi nhận kết quả") or head.startswith("Kết thúc "):
            here = head
        elif counted := LINE.match(line):
            if here == "Nhờ gọi điện":
                found.rung[short[counted[1]]] = _counts(counted[2])
            else:
                found.units[short[counted[1]]] = [counted[2]]
        elif folded := MORE.match(line):
            found.more = int(folded[1])
        elif here == "Chưa ghi nhận kết quả" and (one := RAISED.match(line)):
            found.raised.add(int(one[1]))
        elif here in found.units:
            found.units[here].append(line)
    return found


def differs(text: str, want: dict[str, Standing], by_phone: bool, raised: set[int], closing: bool) -> str:
    """What is wrong in a digest; nothing where it says what it ought to."""
    assert len(text.split("\n")) <= 12
    found = read(text)
    wanted = {unit: tuple(map(len, standing)) for unit, standing in want.items()}
    every: dict[str, set[int]] = {unit: set().union(*standing) for unit, standing in want.items()}
    left = len(raised - found.raised)
    if found.raised - raised or (raised and not found.raised):
        return f"{found.raised} have risen instead of {raised}"
    if found.closing != closing:
        return f"a month closed: {found.closing}"
    if by_phone:
        if any(wanted[unit] != counts for unit, counts in found.rung.items()) or (wanted and not found.rung):
            return f"{found.rung} instead of {wanted}"
        left += sum(sum(counts) for unit, counts in wanted.items() if unit not in found.rung)
    else:
        shown = {unit: {int(m[1]) for m in map(ITEM.match, lines) if m} for unit, lines in found.units.items()}
        if shown.keys() != every.keys() or any(shown[unit] - every[unit] for unit in every):
            return f"{shown} instead of {every}"
        left += sum(len(every[unit] - shown[unit]) for unit in every)
    return "" if left == found.more else f"{found.more} folded away instead of {left}"


def _counts(line: str) -> tuple[int, ...]:
    def number(words: str) -> int:
        found = re.search(rf"{words} (\d+)", line)
        return int(found[1]) if found else 0

    return tuple(number(words) for words in ("quá hạn", "đến hạn hôm nay", "sắp đến hạn"))


def is_digest(text: str) -> bool:
    return ", thứ" in text.split("\n")[0] or ALONE.search(text) is not None


def reckoned(living: Living) -> Office:
    with living.database.begin() as session:
        rows = session.exec(select(Deadline, Unit).join(Unit)).all()  # type: ignore[call-overload]
        agreed = datetime(2023, 1, 1, tzinfo=HERE)
        owed = {
            one.code: Owed(one.code, unit.short_name, "", "dated", "KH1", agreed, due=one.due) for one, unit in rows
        }
        people = {one.name: one.id for one in session.exec(select(Person))}
        library = session.exec(select(Unit).where(Unit.short_name == "TV")).one()
        session.add(Role(person_id=people["Minh"] or 0, unit_id=library.id, kind=RoleKind.FOCAL))
    return Office(WorkDays.from_file(), owed)


async def happens(living: Living, office: Office, dice: random.Random, day: date) -> None:
    """Something changes in the course of a day."""
    what = dice.randrange(7)
    unit = dice.choice(list(UNITS))
    who = dice.choice(["minh", "hùng", "phúc", "liên"])
    if what < 2 and unit in office.groups:
        await living.hands_in(living.messenger.update(unit, "hùng", "", event="removed"))
        office.groups.discard(unit)
    elif what == 2 and unit not in office.groups:
        await living.hands_in(living.messenger.update(unit, "hùng", "", event="added"))
        # what its people were told by now, the group need not hear
        known = [on for (one, _chat), on in office.told.items() if one == unit]
        morning = office.days.forth(living.clock.now().astimezone(HERE).date() + ONE)
        office.told[unit, unit] = min([*([max(known)] if known else []), morning - ONE])
        office.groups.add(unit)
    elif what == 3:
        await living.say(who, who, "/start")
        office.met.add(who)
    elif what == 4 and who in office.met:
        await living.hands_in(living.messenger.update(who, who, "", event="removed"))
        office.met.discard(who)
    elif what == 5:
        other = dice.choice([one for one in ("minh", "hùng", "phúc", "liên") if one != who])
        since, until = day + ONE, day + ONE * dice.randint(2, 6)
        if any(name == who and begin <= until and since <= end for name, _other, begin, end in office.leaves):
            return
        office.leaves.append((who, other, since, until))
        with living.database.begin() as session:
            people = {one.name.casefold(): one.id or 0 for one in session.exec(select(Person))}
            session.add(Leave(person_id=people[who], stand_in_id=people[other], since=since, until=until))
    elif what == 6:
        overdue = [one for one in office.owed.values() if one.due and one.due < day and not one.done]
        for one in overdue[:1]:
            one.done.append((datetime.combine(day, datetime.min.time(), HERE), None))
            with living.database.begin() as session:
                row = session.exec(select(Deadline).where(Deadline.code == one.code)).one()
                row.done_at, row.done_day = living.clock.now(), day
    await living.app.settle()


@pytest.mark.parametrize("seed", range(3))
async def test_two_months_of_mornings(database: Database, seed: int) -> None:
    dice = random.Random(seed)
    living = Living(database, "2023-02-28 09:00")
    await living.open(*[(unit, due) for unit, days in DUE.items() for due in days])
    office = reckoned(living)
    await living.say("lan", "lan", "/start")
    deaf: set[str] = set()

    async def fails(to: Address, _reply: Reply) -> None:
        if to.chat in deaf:
            raise Never("not now", chat_gone=False)

    living.messenger.before = fails
    heard = privately = rose = 0
    day = FIRST
    while day <= LAST:
        for _n in range(dice.choice([0, 1, 1, 2, 3])):
            await happens(living, office, dice, day)
        if dice.random() < 0.1:  # the machine is off
            day += ONE
            continue
        deaf |= {one for one in (*UNITS, "minh", "hùng", "phúc", "liên", "lan") if dice.random() < 0.12}
        before = len(living.messenger.attempts)
        await living.goes_to(f"{day} 08:00")
        more = office.hears_more(day, deaf) if office.days.worked(day) else {}
        want = office.morning(day, deaf, more) if office.days.worked(day) else {}
        deaf.clear()
        tried = [(chat, text) for chat, text in living.messenger.attempts[before:] if is_digest(text)]
        tried = [
            (chat, text) for chat, text in tried if not text.startswith("Mất kết nối") and chat not in ("VP", "Sở")
        ]
        digests = dict(tried)
        assert len(digests) == len(tried), "one digest a day"
        assert digests.keys() == want.keys(), f"{day}: {digests} instead of {want}"
        for chat, text in digests.items():
            wrong = differs(text, want[chat], chat == COORDINATOR, *more.get(chat, (set(), False)))
            assert not wrong, f"{day}, {chat}: {wrong}\n{text}"
            rose += len(more.get(chat, (set(), False))[0])
            heard, privately = heard + 1, privately + (chat not in UNITS)
        living.clock.move(living.clock.now() + timedelta(hours=1))
        day += ONE
    print(f"\nseed {seed}: {heard} digests, {privately} of them in private; {rose} lines that have risen")
    assert privately > 10
    assert rose > 3
