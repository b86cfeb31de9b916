"""The sample office from 1 January to 31 December 2023, every digest held against the oracle: on a messenger that has
everything, and on one that is like Zalo. No messenger sees the database, so each has one."""

import pytest

from channels import Shape
from storage.db import Database
from tests.year import sample_facts as facts
from tests.year.faulty import AS_ZALO
from tests.year.judge import Figures, Judge
from tests.year.living import Year
from tests.year.oracle import Counts, Sections
from tests.year.reading import Read, differs, read

SEEDS = (1,)


def judged(year: Year) -> Figures:
    oracle = year.oracle()

    def matches(seen: Read, want: Sections | Counts) -> str:
        return differs(seen, want, oracle)

    judge = Judge(oracle, read, matches)
    for chat, group in year.groups.items():
        judge.group(group, year.digests(chat), year.moments)
    return judge.figures


def facts_hold(year: Year) -> None:
    """What the bot took from the plan is what a person reads there: nothing lacks, no day is guessed."""
    owed = [(year.refs[code], one) for code, one in year.owed.items()]
    dated = {(ref, one.unit, one.due, one.strict) for ref, one in owed if one.kind == "dated"}
    assert dated >= facts.DATED
    assert {ref for ref, *_ in dated - facts.DATED} <= {"1.3.c", "5.2"}, "«hàng tháng», «6 tháng và năm»"
    assert {(ref, one.unit) for ref, one in owed if one.kind == "all_year"} == facts.ALL_YEAR
    units = {group.name for group in year.groups.values() if group.units} - {facts.SECRETARIAT}
    reports = {(one.unit, one.due, one.strict) for _ref, one in owed if one.kind == "report"}
    assert len(units) == 12
    assert reports == {(unit, due, strict) for unit in units for due, strict in facts.REPORTS}
    assert not [ref for ref, one in owed if ref in facts.DOUBTED and one.due]


@pytest.mark.parametrize(("databases", "shape"), [("sqlite", Shape()), ("postgresql", AS_ZALO)], indirect=["databases"])
@pytest.mark.parametrize("seed", SEEDS)
async def test_a_year_of_reminders(database: Database, seed: int, shape: Shape) -> None:
    year = Year(database, seed, shape=shape)
    await year.live()
    facts_hold(year)
    figures = judged(year)
    print(
        f"\n{database.engine.dialect.name}, seed {seed}: {len(year.moments)} ticks, {year.messages} messages, "
        f"{figures.mornings} digests due, {figures.said} said, {figures.silent} quiet mornings, "
        f"{figures.put_back} put back, {figures.carried} carried to the next, {figures.doubled} doubled and marked, "
        f"{len(figures.wrong)} wrong"
    )
    assert figures.wrong == [], f"{len(figures.wrong)} wrong\n" + "\n".join(figures.wrong[:20])
    assert figures.said > 200
    assert figures.put_back
    assert figures.carried
    assert figures.doubled
