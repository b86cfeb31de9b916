"""`đồng ý KH3`: a draft plan becomes live; units it names that the office does not have yet are proposed first."""

import re
from collections import Counter
from collections.abc import Sequence

from handlers import accept, names
from handlers.asked import capital
from handlers.authority import Action
from handlers.compare import Effect, take_over
from handlers.doubts import open_tasks
from handlers.rows import fan_out, names_plan, plan_named, refs_words, which_plan
from handlers.talk import Answered, Command, NotMine, Refused, Talk, pick
from handlers.telling import tell_units
from lang.fold import fold
from lang.text import N_, _, many
from schedules.tell import Ear, Kind
from schedules.views import Page, item_line, numbered, short
from storage import plans, units
from storage.deadlines import Item
from storage.models import Deadline, Plan, PlanStatus, Question, Task, TaskKind, UnitKind
from storage.outbox import Words

FEW, MOST_RELAYED = 3, 8
YES = ("đúng", "đồng ý", "nhất trí", "ok", "phải", "xác nhận", "đủ")
KINDS = {
    UnitKind.SECRETARIAT: N_("đầu mối tổng hợp"),
    UnitKind.INSPECTORATE: N_("thanh tra"),
    UnitKind.DEPARTMENT: N_("phòng chuyên môn"),
    UnitKind.ATTACHED: N_("đơn vị trực thuộc"),
}


def run(talk: Talk) -> Answered:
    if accept.meant(talk):
        return accept.run(talk)
    if talk.words and names_plan(talk.words) is None:
        raise NotMine
    talk.need(Action.AGREE_PLAN)
    if not talk.words:
        which_plan(COMMAND.name, [plan.number for plan in plans.drafts(talk.session, talk.here.id or 0)])
    plan = plan_named(talk, talk.words)
    if plan.status is PlanStatus.LIVE:
        raise Refused(_("KH{number} đã được đồng ý trước đó.", number=plan.number))
    if plan.status is PlanStatus.DROPPED:
        raise Refused(_("KH{number} đã bỏ. Xin gửi lại tệp nếu cần.", number=plan.number) + talk.by_link())
    return _units_first(talk, plan)


def _units_first(talk: Talk, plan: Plan) -> Words:
    """Agree a plan once every name in its unit columns is one of the office's units: first what may be a slip of the
    pen is asked about, then what is new is proposed."""
    for name in names.doubted(talk, plan):
        near = talk.directory.nearest(name)
        choices = [*((unit.name, unit.id) for unit in near), (_("Một đơn vị khác"), None)]
        talk.ask("alias", {"plan": plan.id, "name": name}, choices)
        asked = _("KH{number} ghi «{name}», cơ quan chưa có đơn vị tên này. Đây là:", number=plan.number, name=name)
        return Words("\n".join([asked, *numbered([label for label, _value in choices])]))
    order = list(UnitKind)
    proposed = sorted(names.unknown(talk, plan), key=lambda name: order.index(units.guess_kind(name)))
    if not proposed:
        return agree(talk, plan)
    new = [(name, units.guess_kind(name).value) for name in proposed]
    talk.ask("units", {"plan": plan.id, "number": plan.number, "new": new}, [(yes, True) for yes in YES])
    page = Page()
    page.line(_("KH{number} nêu các đơn vị chưa có trong danh sách của cơ quan:", number=plan.number))
    for n, name in enumerate(proposed, 1):
        kind = _(KINDS[units.guess_kind(name)])
        page.line(f"{n}. {name}" if fold(kind) == fold(name) else f"{n}. {name} ({kind})")
    page.line(_("Trả lời «đúng» để thêm tất cả; «trừ 2, 3» để không thêm những dòng đó."))
    page.actions = [f"đúng KH{plan.number}"]
    return page.words()


def answer_alias(talk: Talk, question: Question, words: str) -> Answered:
    unit_id = pick(question, words)
    talk.need(Action.AGREE_PLAN)
    plan = talk.session.get_one(Plan, question.subject["plan"])
    names.means(talk, plan, question.subject["name"], talk.directory.by_id[unit_id] if unit_id else None)
    return _units_first(talk, plan)


def answer_units(talk: Talk, question: Question, words: str) -> Answered:
    said = fold(words).strip(" .")
    dropped = re.fullmatch(r"(?:bo|tru)\s+(?:dong )?([\d ,va]+)", said)
    agreed = re.fullmatch(r"(.*?)\s*(kh ?\d+)?", said)
    yes = agreed is not None and agreed[1] in map(fold, YES)
    if yes and agreed and agreed[2] and names_plan(agreed[2]) != question.subject["number"]:
        raise NotMine
    if not yes and dropped is None:
        raise NotMine
    talk.need(Action.AGREE_PLAN)
    left_out = {int(number) for number in re.findall(r"\d+", dropped[1])} if dropped else set()
    chosen = [(name, UnitKind(kind)) for n, (name, kind) in enumerate(question.subject["new"], 1) if n not in left_out]
    made = units.create(talk.session, talk.here.id or 0, chosen)
    talk.forget_units()
    plan = talk.session.get_one(Plan, question.subject["plan"])
    inspectors = [unit for unit in made if unit.kind is UnitKind.INSPECTORATE]
    if inspectors:
        unit = inspectors[0]
        choices = [(_("Có"), True), (_("Không"), False)]
        talk.ask("inspectorate", {"plan": plan.id, "unit": unit.id}, choices)
        asked = _("{unit} có thuộc «các phòng chuyên môn» (cũng nộp báo cáo định kỳ) không?", unit=unit.name)
        return Words("\n".join([asked, *numbered([label for label, _value in choices], 0)]))
    return agree(talk, plan)


def answer_inspectorate(talk: Talk, question: Question, words: str) -> Answered:
    is_room = pick(question, words)
    talk.need(Action.AGREE_PLAN)
    if is_room:
        units.include(talk.session, talk.directory.by_id[question.subject["unit"]], units.ROOMS)
        talk.forget_units()
    return agree(talk, talk.session.get_one(Plan, question.subject["plan"]))


def agree(talk: Talk, plan: Plan) -> Words:
    """Make a plan live: its deadlines, and a first list to every unit's group."""
    if plan.status is not PlanStatus.DRAFT:
        raise Refused(_("KH{number} không còn chờ đồng ý.", number=plan.number))
    talk.journal.touch(plan)
    plan.status, plan.agreed_at = PlanStatus.LIVE, talk.now
    old = talk.session.get(Plan, plan.replaces) if plan.replaces else None
    if old is not None and old.status is PlanStatus.LIVE:
        plan.accepted_by, plan.accepts_since = old.accepted_by, old.accepts_since
        effect = take_over(talk, plan, old)
    else:
        effect = Effect([deadline for task in plans.tasks(talk.session, plan) for deadline in fan_out(talk, task)])
    talk.write("agree", f"KH{plan.number}")
    _tell_units(talk, plan, old, effect)
    return _summary(talk, plan, old, effect)


def _summary(talk: Talk, plan: Plan, old: Plan | None, effect: Effect) -> Words:
    page = Page()
    page.head(_("KH{number} đã có hiệu lực: {title}", number=plan.number, title=short(plan.title)))
    made = effect.made
    if old is not None:
        page.line(
            _(
                "Thay KH{old}: thêm {made} hạn, đổi {moved}, bỏ {cancelled}; còn lại giữ mã và kết quả.",
                old=old.number,
                made=len(made),
                moved=len(effect.moved),
                cancelled=len(effect.cancelled),
            )
        )
    else:
        page.line(_("{n} hạn cho {units} đơn vị.", n=len(made), units=len({deadline.unit_id for deadline in made})))
    if undated := sum(deadline.kind is TaskKind.OPEN for deadline in made):
        page.line(many("{n} việc chưa có hạn.", "{n} việc chưa có hạn.", undated))
    if late := sum(deadline.to_confirm for deadline in made):
        page.line(_("{n} việc có hạn đã qua, chờ Văn phòng xác nhận: xong, còn nợ, hoặc hạn mới. Xem: /viec", n=late))
    ownerless = names.ownerless(talk, plan)
    if ownerless:
        page.line(
            _("{n} dòng chưa giao cho đơn vị nào: {refs}.", n=len(ownerless), refs=refs_words(ownerless))
            + " "
            + _("Xem: KH{number} chưa giao", number=plan.number)
        )
    if waiting := open_tasks(talk.session, plan):
        page.line(_("Còn {n} dòng cần hỏi: hỏi KH{number}", n=len(waiting), number=plan.number))
        page.actions.append(f"hỏi KH{plan.number}")
    page.line(_("Nhầm thì trả lời: hoàn tác"))
    page.actions += ["/tiendo", "hoàn tác"]
    return page.words()


def _tell_units(talk: Talk, plan: Plan, old: Plan | None, effect: Effect) -> None:
    """Every unit hears which part of the plan is its own; of a new version, what changes for it."""
    tasks = {task.id: task for one in (plan, old) if one for task in plans.tasks(talk.session, one)}
    items = [Item(one, tasks[one.task_id]) for one in effect.all]

    def said(ear: Ear, some: Sequence[Item]) -> Words:
        codes = {item.deadline.code for item in some}
        parts = (effect.made, effect.moved, effect.cancelled)
        own = Effect(*([one for one in part if one.code in codes] for part in parts))
        return _first_list(talk, ear, plan, own.made) if old is None else _changes(talk, ear, plan, old, own)

    tell_units(talk, Kind.PLAN, items, said, relay=lambda _ear, some: _relayed(talk, plan, some))


def _relayed(talk: Talk, plan: Plan, items: Sequence[Item]) -> Words:
    """What the Văn phòng is asked to pass on to the units that hear nothing themselves."""
    counts = Counter(item.deadline.unit_id for item in items)
    page = Page()
    page.head(_("Nhờ Văn phòng báo kế hoạch mới KH{number} cho các đơn vị chưa có nhóm", number=plan.number))
    units = [unit for unit in talk.directory.units if unit.id in counts]
    for unit in units[:MOST_RELAYED]:
        page.line(_("{unit}: {n} việc", unit=unit.name, n=counts[unit.id or 0]))
    if len(units) > MOST_RELAYED:
        page.line(_("và {n} đơn vị khác.", n=len(units) - MOST_RELAYED))
    return page.words()


def _first_list(talk: Talk, ear: Ear, plan: Plan, made: Sequence[Deadline]) -> Words:
    dated = [one for one in made if one.last_day and one.last_day >= talk.today]
    page = Page()
    said = {"to": ear.opening, "number": plan.number, "title": short(plan.title)}
    page.head(capital(_("{to}kế hoạch mới KH{number}: {title}", **said)))
    if dated:
        page.line(_("Phần của đơn vị: {n} việc. Gần nhất:", n=len(made)))
    else:
        page.line(_("Phần của đơn vị: {n} việc, chưa việc nào có hạn sắp tới.", n=len(made)))
    _listed(talk, page, "", sorted(dated, key=lambda one: (one.last_day, one.code))[:FEW])
    page.actions = ["/viec"]
    return page.words()


def _changes(talk: Talk, ear: Ear, plan: Plan, old: Plan, own: Effect) -> Words:
    page = Page()
    said = {"to": ear.opening, "new": plan.number, "old": old.number, "title": short(plan.title)}
    page.head(_("{to}KH{new} thay KH{old}: {title}", **said))
    _listed(talk, page, _("Thêm: "), own.made[:FEW])
    _listed(talk, page, _("Đổi hạn: "), own.moved[:FEW])
    _listed(talk, page, _("Không còn phải làm: "), own.cancelled[:FEW])
    if left := len(own.all) - len(page.about):
        page.line(_("và {n} thay đổi khác: {command}", n=left, command="/viec"))
    page.actions = ["/viec"]
    return page.words()


def _listed(talk: Talk, page: Page, before: str, some: Sequence[Deadline]) -> None:
    for one in some:
        page.line(before + item_line(Item(one, talk.session.get_one(Task, one.task_id)), talk.today))
        page.about.append(one.code)


COMMAND = Command(
    name="đồng ý",
    slash="dongy",
    says=("nhất trí", "duyệt kế hoạch"),
    help=N_("cho kế hoạch có hiệu lực; không dùng thì: bỏ KH1"),
    example="đồng ý KH1",
    place=11,
    action=Action.AGREE_PLAN,
    run=run,
    anyone=True,
    takes_codes=True,
    fits=lambda name, words: fold(words).startswith("kh") or accept.fits(name, words),
)
ANSWERS = {"alias": answer_alias, "units": answer_units, "inspectorate": answer_inspectorate}
