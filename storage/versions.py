"""Two versions of a plan: which row became which, what was added, dropped, moved, reworded."""

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from sqlmodel import Session, col, select

from lang.fold import fold
from storage.models import Plan, PlanStatus, Task

SAME_ROW = 60
"""Likeness of two titles, of 100, from which rows of the same number are one row."""
SAME_TITLE = 88
"""Likeness from which rows of different numbers are one row."""
SAME_PLAN = 85


@dataclass(frozen=True, slots=True)
class Pair:
    """A row in both versions."""

    old: Task
    new: Task

    @property
    def moved(self) -> bool:
        """It is due at another time."""
        return (self.old.kind, self.old.due, self.old.strict, self.old.hour) != (
            self.new.kind,
            self.new.due,
            self.new.strict,
            self.new.hour,
        )

    @property
    def handed_over(self) -> bool:
        """Others lead it."""
        return list(map(fold, self.old.lead)) != list(map(fold, self.new.lead))

    @property
    def reworded(self) -> bool:
        return fold(self.old.title) != fold(self.new.title)


@dataclass(frozen=True, slots=True)
class Difference:
    pairs: tuple[Pair, ...]
    added: tuple[Task, ...]
    dropped: tuple[Task, ...]

    @property
    def changed(self) -> tuple[Pair, ...]:
        return tuple(pair for pair in self.pairs if pair.moved or pair.handed_over or pair.reworded)


def compare(old: Sequence[Task], new: Sequence[Task]) -> Difference:
    """Match the rows of two versions: the same title first, then the same number with a like title, then the likest."""
    before, after = [fold(task.title) for task in old], [fold(task.title) for task in new]
    likeness = [[fuzz.ratio(one, other) for other in before] for one in after]
    found: dict[int, int] = {}
    taken: set[int] = set()
    for least, same_number in ((100, False), (SAME_ROW, True), (SAME_TITLE, False)):
        likely = [
            (likeness[n][m], one.ref == other.ref, -n, -m)
            for n, one in enumerate(new)
            for m, other in enumerate(old)
            if likeness[n][m] >= least and (not same_number or one.ref == other.ref)
        ]
        for _likeness, _same, n, m in sorted(likely, reverse=True):
            if -n not in found and -m not in taken:
                found[-n] = -m
                taken.add(-m)
    return Difference(
        tuple(Pair(old[found[n]], one) for n, one in enumerate(new) if n in found),
        tuple(one for n, one in enumerate(new) if n not in found),
        tuple(one for m, one in enumerate(old) if m not in taken),
    )


def earlier(session: Session, plan: Plan) -> Plan | None:
    """The live plan of which `plan` looks like a new version: the same year and number, or much the same title."""
    query = select(Plan).where(Plan.office_id == plan.office_id, Plan.status == PlanStatus.LIVE, Plan.year == plan.year)
    for live in session.exec(query.order_by(col(Plan.number).desc())):
        is_numbered = plan.document_number[:1].isdigit()
        same_number = is_numbered and fold(plan.document_number) == fold(live.document_number)
        if same_number or fuzz.ratio(fold(plan.title), fold(live.title)) >= SAME_PLAN:
            return live
    return None
