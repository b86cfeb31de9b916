"""What the prose of a plan gives people to do: assignments and targets."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from lang import deadlines
from lang.deadlines import Meaning
from lang.fold import fold
from plans import DraftReport, DraftTarget, DraftTask, regime, targets, units, verbs
from plans.blocks import Block, blocks
from plans.pages import CAPITAL, Piece, squeeze
from plans.prose import Item, items, kind_under, section_kind
from plans.sentence import Order, order, times
from plans.sentence import meaning as spoken

_OF = re.compile(r"^(?:Trách nhiệm\s+(?:của\s+)?|(?:Giao|Đề nghị|Yêu cầu)\s+(?:cho\s+)?|Đối với\s+)")
_GROUNDS = re.compile(r"^Căn cứ\s+(?:Kế hoạch này|[\w ]+ số \S+ ngày \S+(?: của [^,]+)?),\s*")
_LEADS = re.compile(r"^([^,.;:]{3,80}?)\s+(?:chủ trì|phối hợp)\b")
_CITED = re.compile(r"^(?:Căn cứ|Theo|Thực hiện)\s+(?:các\s+)?[A-ZĐ][\w ]+ số\s[^.]*(?:;|,|\.|:)$")
_GROUND = re.compile(r"^(?:Căn cứ|Thực hiện|Theo|Xét|Để|Trên cơ sở|Nhằm)\b.*(?:;|như sau\s*:)$")
_FORMAL = re.compile(
    r"\bthi hành (?:Quyết định|Nghị quyết|Thông tư|Nghị định) này\b|^Ban hành (?:kèm theo|Kế hoạch)"
    r"|^Phê duyệt\b.*kèm theo|^(?:Quyết định|Nghị quyết|Chỉ thị) này\b.*\bhiệu lực\b"
)
_NAMED_ROLE = re.compile(r"^(?:Cơ quan|Đơn vị|Bộ phận)\s+(chủ trì|phối hợp|thực hiện)\s*:\s*(.*)$", re.IGNORECASE)
_ROADMAP = re.compile(
    r"^(Năm\s+20\d\d|Quý\s+[IVX]+(?:/20\d\d)?|Tháng\s+\d+(?:/20\d\d)?)\s*(?:\([^)]*\))?\s*:\s*(\S.*)$"
)
_LABELLED = re.compile(r"^(?:Mục tiêu|Mục đích|Yêu cầu|Thời gian|Địa điểm|Thành phần|Kinh phí|Hình thức)\b[^.;]{0,40}:")
_OFTEN = (
    re.compile(r"^(Thường xuyên)\b"),
    re.compile(r"^(h[àằ]ng (?:năm|quý|tháng|tuần))\b|\b(?P<last>h[àằ]ng (?:năm|quý|tháng|tuần))[.;]?$", re.IGNORECASE),
)
_ISSUED_BY = re.compile(r"^((?:ỦY|UỶ) BAN NHÂN DÂN [^—–:.]+?)\s*(?:[—–:.-]\s*)?Số\b")
_LEVELS = re.compile(r"\b(?:Xã|Phường|Thị Trấn|Huyện|Quận|Thị Xã|Thành Phố|Tỉnh)\b")
_AIMS = re.compile(r".*\b(?:chi tieu|muc tieu)\b")
# A heading of a section on duties that is about something, not somebody.
_TOPIC = re.compile(
    r"(?:Về|Công tác|Chế độ|Kinh phí|Thời gian|Nguồn|Giai đoạn|Bước|Đợt|Nội dung|Nhiệm vụ|Giải pháp|Việc|Thông tin"
    r"|Cơ chế|Lộ trình|Tiến độ|Hình thức|Phương|Yêu cầu|Một số|Hiệu lực|Sơ kết|Tổng kết|Khen thưởng|Hội nghị|Kế hoạch"
    r"|Phần|Điều|Trước|Trong|Sau|Khi|Trách nhiệm|Phân công|Hồ sơ|Địa điểm|Chương trình)(?!\w)"
)
# A body of the party, whose act it is to lead: «Lãnh đạo Ủy ban nhân dân xã ban hành …».
_PARTY = re.compile(
    r"(?:Các\s+)?(?:Ban Thường vụ|(?:Đảng|Chi|Cấp|Huyện|Thành|Tỉnh)\s+(?:ủy|uỷ|bộ))(?!\w)", re.IGNORECASE
)
_FEW = 7
_LONG = 25


@dataclass(frozen=True, slots=True)
class Prose:
    """`duties`: what «Tổ chức thực hiện» tells units to do; `tasks`: the points of the sections on tasks and solutions,
    which are the plan's tasks where it has no table; `groups` their headings. `blocks` are the refs of
    tasks that have lines for who and when, so that what is empty is missing."""

    duties: tuple[DraftTask, ...]
    tasks: tuple[DraftTask, ...]
    groups: tuple[tuple[str, str], ...]
    reports: tuple[DraftReport, ...]
    targets: tuple[DraftTarget, ...]
    items: tuple[Item, ...]
    blocks: frozenset[str]


def read(pieces: list[Piece], year: int, issuer: str | None) -> Prose:
    """Dates without a year fall in `year`. In a text that is no official document (`issuer` None) every paragraph under
    a number is looked at, sentence by sentence. A paper that assigns nothing to anybody is its issuer's own work."""
    official = issuer is not None
    prose = items(pieces)
    assigned = _assignments(prose)
    reports: list[DraftReport] = []
    duties: list[tuple[Item, DraftTask]] = []
    points: list[tuple[Item, DraftTask]] = []
    aims: list[DraftTarget] = []
    whole = blocks(prose)
    met: set[Block] = set()
    # A heading says the same to each of the lines under it.
    kind_of, unit_of, in_charge = cache(kind_under), cache(_unit), cache(_in_charge)
    for item in prose:
        kind, unit = kind_of(item.trail), unit_of(item.trail)
        block = whole.get((item.labels[:-1], item.trail))
        if block:
            if block not in met:
                met.add(block)
                task = _task(block.ref, block.title, block.lead, block.coordinating, year, block.time or "")
                points.append((item, replace(task, product=block.product)))
            continue
        if not kind and (
            _CITED.match(item.text) or (item.place == item.labels[-1].lstrip("-") and _GROUND.match(item.text))
        ):
            continue
        if targets.tells_results(item.text, year) or _FORMAL.search(item.text):
            continue
        owed = regime.read(item.text, unit, year, len(reports))
        reports += owed
        if kind != "results" and (ahead := targets.still_ahead(item.text, year)):
            counts = kind in ("goals", "") and _among_aims(item)
            aims += targets.read(ahead, item.place, targets.until(item.text), counts=counts)
        if owed or _is_heading(item) or (kind == "duties" and _NAMED_ROLE.match(item.text)):
            continue
        told = order(item.text)
        under_number = len(item.labels) > 1 and bool(re.match(r"\d|[a-zđ]$", item.labels[-2]))
        if kind == "duties" and item.leaf and not _inside_tasks(item):
            if unit or told.lead or item.labels[-1][:1].isdigit():
                duties.append((item, _duty(item, told, unit, year)))
        elif kind == "schedule" and item.leaf:
            points += [(item, point) for point in _scheduled(item, year)]
        elif official and not kind and item.leaf and not item.plain and (told.lead or (unit and under_number)):
            duties.append((item, _duty(item, told, unit, year)))
        elif kind in ("tasks", "means") and item.leaf:
            points += [(item, point) for point in _points(item, kind, assigned, year, in_charge)]
        elif not official and not kind and item.plain and len(item.labels) > 1:
            points += [(item, point) for point in _sentences(item, year)]
    tasks = _numbered(points, bullets=False)
    if official and not duties and not any(task.lead for task in tasks):
        own = cache(_own)
        tasks = tuple(replace(task, lead=own(at.trail, issuer)) for (at, _), task in zip(points, tasks, strict=True))
    named = {task.section for task in tasks}
    groups = [(item.place, item.text.strip(" :.")) for item in prose if item.place in named and not item.leaf]
    return Prose(
        _numbered(duties, bullets=True),
        tasks,
        tuple(groups),
        tuple(reports),
        tuple(aims),
        tuple(prose),
        frozenset(one.ref for one in met),
    )


def _own(trail: tuple[str, ...], issuer: str | None) -> tuple[str, ...]:
    """The issuer, as a name to read: that of the paper a task stands in, where several stand in one file."""
    above = next((found[1] for heading in trail if (found := _ISSUED_BY.match(heading))), issuer or "")
    name = re.sub(r"^(?:ủy|uỷ) ban nhân dân", "UBND", above.strip(" .,–—-"), flags=re.IGNORECASE)
    if name.isupper():
        name = _LEVELS.sub(
            lambda level: level[0].lower(), f"{name[:5]}{name[5:].title()}" if name[:5] == "UBND " else name
        )
    return (name,) if name else ()


def _is_heading(item: Item) -> bool:
    numbered = not item.plain and item.labels[-1][:1] not in "-+"
    return not item.leaf or (numbered and not item.text.endswith(".") and units.reads_as_unit(item.text.strip(" :")))


def _among_aims(item: Item) -> bool:
    """Whether a heading above, and no mere title in capitals, announces aims."""
    return any(
        _AIMS.match(fold(above)) and (label[0] != "#" or len(above.split()) < _FEW)
        for label, above in zip(item.labels, item.trail, strict=False)
    )


def _inside_tasks(item: Item) -> bool:
    """«Phân công trách nhiệm» within a task section says who leads its tasks; it gives none of its own."""
    kinds = [section_kind(above) for above in item.trail]
    return "duties" in kinds and "tasks" in kinds[: kinds.index("duties")]


def _unit(trail: tuple[str, ...]) -> str:
    """The unit that the nearest heading above names; «» when none does."""
    for depth in range(len(trail) - 1, -1, -1):
        above = trail[depth]
        bare = re.sub(r"\s*\([^)]*\)", "", _OF.sub("", above.strip(" .:*")))
        kind = section_kind(above)
        if len(bare) < 160 and not re.search(r"\.\s", bare):
            told = order(bare)
            if told.lead:
                return "; ".join(told.lead)
            long = len(bare.split()) >= _LONG or above.endswith(".")
            if units.reads_as_unit(bare) or (units.is_unit(bare) and not long and not kind):
                return bare
            under_duties = depth and section_kind(trail[depth - 1]) == "duties"
            if under_duties and not (long or kind or _TOPIC.match(bare) or verbs.opens(bare[:1].lower() + bare[1:])):
                return bare
        if kind == "duties":
            return ""
    return ""


def _in_charge(trail: tuple[str, ...]) -> tuple[str, ...]:
    """Who leads the points under a heading of a task section that is a unit's name and nothing else."""
    for above in reversed(trail):
        bare = _OF.sub("", above.strip(" .:"))
        if (
            units.is_told(" ".join(bare.split()[:6]))
            and len(bare.split()) < _LONG
            and not verbs.before_and_from(bare)[1]
        ):
            return units.names(bare, lead=True)[0]
    return ()


def _title(item: Item, told: Order) -> str:
    """A point with a number of its own is cited in its own words; a line under a unit's name as the work alone."""
    numbered = item.labels[-1][0] not in "-+#" and not item.plain
    return item.text if numbered else _GROUNDS.sub("", told.work)


def _duty(item: Item, told: Order, unit: str, year: int) -> DraftTask:
    if _PARTY.match(unit) and item.text.startswith("Lãnh đạo "):
        told = Order((), (), item.text)
    lead = told.lead or units.names(unit, lead=True)[0]
    return _task(item.place, _title(item, told), lead, told.coordinating, year)


def _scheduled(item: Item, year: int) -> Iterator[DraftTask]:
    """A line of a section on time: «Đại hội điểm: trong tháng 4», or a sentence that says what is done when."""
    what, colon, when = item.text.partition(":")
    phrases = times(item.text, year)
    if phrases and not _LABELLED.match(item.text):
        words = when.strip(" .;")
        whole = bool(colon) and len(what.split()) > 1 and not times(what, year)
        yield _task(item.place, what.strip() if whole else item.text, (), (), year, words if whole else None)


def _numbered(found: list[tuple[Item, DraftTask]], bullets: bool) -> tuple[DraftTask, ...]:
    """A heading's only paragraph, with `bullets` its only bullet too, is cited by the heading: «III.2»."""
    places = Counter((item.labels[:-1], item.trail) for item, _ in found)
    return tuple(
        replace(task, ref=task.section, section=task.section.rpartition(".")[0])
        if (item.plain or (bullets and item.labels[-1][0] in "-+"))
        and task.section
        and places[item.labels[:-1], item.trail] == 1
        else task
        for item, task in found
    )


def _task(
    ref: str,
    title: str,
    lead: tuple[str, ...],
    coordinating: tuple[str, ...],
    year: int,
    phrase: str | None = None,
) -> DraftTask:
    said = times(title, year) if phrase is None else [phrase] if phrase else []
    meaning = spoken(said, year) if said else Meaning("unknown")
    often = (
        None if said or phrase is not None else next((found for one in _OFTEN if (found := one.search(title))), None)
    )
    if often:
        said = [squeeze(often[often.lastindex or 0])]
        meaning = replace(deadlines.read(said[0]).meaning(year), due=(), start=None, doubts=())
    return DraftTask(
        ref=ref,
        title=title,
        lead=lead,
        coordinating=coordinating,
        phrase="; ".join(said) or None,
        kind=meaning.kind,
        due=meaning.due,
        start=meaning.start,
        strict=meaning.strict,
        hour=meaning.time,
        doubts=meaning.doubts,
        section=ref.rpartition(".")[0],
    )


def _points(
    item: Item,
    kind: str,
    assigned: "list[_Assigned]",
    year: int,
    in_charge: Callable[[tuple[str, ...]], tuple[str, ...]],
) -> Iterator[DraftTask]:
    roadmap = _ROADMAP.match(item.text)
    if roadmap:
        for n, part in enumerate(re.split(r";\s+", roadmap[2].rstrip(".")), 1):
            yield _task(f"{item.place}.{n}", part, (), (), year, roadmap[1])
        return
    if _LABELLED.match(item.text) or len(item.text.split()) < _FEW or item.text.endswith(":"):
        return
    told = order(item.text)
    lead, coordinating = (told.lead, told.coordinating) if told.lead else _who(item, assigned)
    lead = lead or in_charge(item.trail)
    task = _task(item.place, _title(item, told), lead, coordinating or told.coordinating, year)
    if kind == "means" and not (lead or task.phrase):
        return
    yield task


def _sentences(item: Item, year: int) -> Iterator[DraftTask]:
    """Each sentence that is no target; of one that is, the last clause where it says what to do."""
    for n, sentence in enumerate(re.split(rf"(?<=\.)\s+(?={CAPITAL}|\d)", item.text), 1):
        _aim, _semicolon, work = sentence.rpartition("; ")
        said = sentence if "%" not in sentence else work if verbs.opens(work) else ""
        if len(said.split()) >= _FEW:
            yield _task(f"{item.place}.{n}", said, (), (), year)


@dataclass(frozen=True, slots=True)
class _Assigned:
    """Under `labels`, tasks about `topic` (all where it is empty) are led by `lead`, helped by `coordinating`."""

    labels: tuple[str, ...]
    lead: tuple[str, ...]
    coordinating: tuple[str, ...]
    topic: str


def _assignments(prose: list[Item]) -> list[_Assigned]:
    out: list[_Assigned] = []
    kind_of = cache(kind_under)
    for item in prose:
        if kind_of(item.trail) != "duties" or not _inside_tasks(item):
            continue
        depth = next(i for i, above in enumerate(item.trail) if section_kind(above) == "duties")
        labels = item.labels[:depth]
        role, subject = _NAMED_ROLE.match(item.text), _LEADS.match(item.text)
        if role:
            named = units.names(role[2].rstrip("."), lead=True)[0] if role[2] else ()
            helping = "phối hợp" in role[1].lower()
            out.append(_Assigned(labels, () if helping else named, named if helping else (), ""))
        elif subject and units.reads_as_unit(subject[1]):
            out.append(_Assigned(labels, (subject[1],), (), item.text[subject.end() :]))
    return out


def _who(item: Item, assigned: list[_Assigned]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who leads and who helps with a point, by the assignment nearest to its subject."""
    here = [one for one in assigned if item.labels[: len(one.labels)] == one.labels]
    coordinating = tuple(name for one in here for name in one.coordinating)
    leads = [one for one in here if one.lead]
    if any(one.topic for one in leads):
        words = set(fold(" ".join((*item.trail[len(leads[0].labels) :], item.text))).split())
        leads = [max(leads, key=lambda one: len(words & set(fold(one.topic).split())))]
    return tuple(dict.fromkeys(name for one in leads for name in one.lead)), coordinating
