"""`lịch sử 12`: the whole story of a deadline, from the journal: when, who, what."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from sqlmodel import select

from handlers import more, reading
from handlers.asked import said_day
from handlers.authority import Action
from handlers.deciding import name_of
from handlers.talk import Answered, Command, NotMine, Refused, Talk
from handlers.work import elsewhere, no_such
from lang.moments import local
from lang.spoken_days import hour_words, short_day, short_day_with_year
from lang.text import N_, _
from schedules.views import Page, paper_words, short
from storage import journal
from storage.models import Deadline, Event, Task
from storage.outbox import Words

PER_PAGE = 9
_Row = Mapping[str, Any]


def run(talk: Talk) -> Answered:
    words, number = reading.page(talk.words)
    code = reading.code(words)
    if code is None:
        raise NotMine(_("Xin kèm mã việc, ví dụ: lịch sử 12. Xem mã việc: /viec"))
    query = select(Deadline).where(Deadline.office_id == talk.here.id, Deadline.code == code)
    deadline = talk.session.exec(query).first()
    if deadline is None:
        raise Refused(no_such(code))
    if deadline.unit_id not in talk.units_for(Action.SEE).units:
        raise Refused(elsewhere(code))
    return _page(talk, deadline, number)


def _page(talk: Talk, deadline: Deadline, number: int) -> Words:
    task = talk.session.get_one(Task, deadline.task_id)
    lines = [line for event in journal.story(talk.session, deadline) if (line := _line(talk, event, deadline))]
    last = len(lines) - (number - 1) * PER_PAGE
    if last <= 0 and number > 1:
        raise Refused(_("Không có trang {n}. Gõ: lịch sử {code}", n=number, code=deadline.code))
    page = Page()
    page.head(_("Lịch sử {code} {title}", code=deadline.code, title=short(task.title)))
    first = max(0, last - PER_PAGE)
    if first:
        earlier = f"lịch sử {deadline.code} trang {number + 1}"
        page.line(_("{n} mục trước đó, xem thêm: {command}", n=first, command=earlier))
        page.actions = [earlier]
    more.keep(talk, earlier if first else "")
    for line in lines[first:last] or [_("Chưa có thay đổi nào được ghi.")]:
        page.line(line)
    page.about = [deadline.code]
    return page.words()


def _line(talk: Talk, event: Event, deadline: Deadline) -> str:
    """«01/6 07:30, Minh: ghi kết quả, số 45/BC-QLVH ngày 30/5»; nothing where the deadline itself was not touched."""
    meant = talk.session.get_one(Event, event.takes_back) if event.takes_back else event
    what = _what(talk, meant, deadline)
    if not what:
        return ""
    if event.takes_back:
        what = _("hoàn tác: {what}", what=what)
    at = local(event.at, talk.here.zone)
    day = short_day(at.date()) if at.year == talk.today.year else short_day_with_year(at.date())
    who = name_of(talk, event.person_id) or "Nhắc Việc"
    return f"{day} {at:%H:%M}, {who}: {what}"


def _what(talk: Talk, event: Event, deadline: Deadline) -> str:
    found: list[str] = []
    for table, id, before, after in event.changes:
        if after is None:
            if table == "contribution" and before["deadline_id"] == deadline.id:
                found.append(_("{unit} chưa gửi phần phối hợp", unit=_unit(talk, before["unit_id"])))
            continue
        if table == "deadline" and id == deadline.id:
            found += _made(talk, event, after) if before is None else _changed(talk, before, after)
        elif table == "task" and id == deadline.task_id and before is not None:
            found += _task(before, after)
        elif after.get("deadline_id") == deadline.id:
            found += _beside(talk, table, before, after)
    if not found and event.action in ("note", "signing"):
        return _("ghi chú việc chưa xong")
    return "; ".join(dict.fromkeys(found))


def _made(talk: Talk, event: Event, after: _Row) -> list[str]:
    unit = _unit(talk, after["unit_id"])
    due = _due(talk, after)
    if event.action == "give":
        return [_("giao {unit}, hạn {due}", unit=unit, due=due)]
    return [_("theo {plan}, giao {unit}, hạn {due}", plan=event.about, unit=unit, due=due)]


def _changed(talk: Talk, before: _Row, after: _Row) -> list[str]:
    found = _result(talk, before, after)
    moved = any(before[key] != after[key] for key in ("due", "strict", "hour"))
    if moved and before["due"] is None:
        found.append(_("đặt hạn {due}", due=_due(talk, after)))
    elif moved:
        words = {"old": _due(talk, before), "new": _due(talk, after)}
        granted = after["extended"] > before["extended"]
        found.append(_("gia hạn: {old} → {new}", **words) if granted else _("đổi hạn: {old} → {new}", **words))
    if before["unit_id"] != after["unit_id"]:
        old, new = _unit(talk, before["unit_id"]), _unit(talk, after["unit_id"])
        found.append(_("chuyển từ {old} sang {new}", old=old, new=new))
    for key, begun, ended in _SWITCHES:
        if bool(before[key]) is not bool(after[key]):
            why = after.get("stopped_why", "") if after[key] and key in ("paused_at", "cancelled_at") else ""
            switched = _(begun) if after[key] else _(ended)
            found.append(f"{switched}: {short(why)}" if why else switched)
    return [words for words in found if words]


_SWITCHES = (
    ("accepted_at", N_("duyệt kết quả"), ""),
    ("received_at", N_("đã nhận việc"), ""),
    ("signing_at", N_("chờ ký"), N_("không còn chờ ký")),
    ("paused_at", N_("tạm dừng"), N_("tiếp tục")),
    ("cancelled_at", N_("không còn phải làm"), N_("phải làm lại")),
)


def _result(talk: Talk, before: _Row, after: _Row) -> list[str]:
    if before["done_at"] is None and after["done_at"] is not None:
        words = _("ghi kết quả thay đơn vị") if after["stood_in"] else _("ghi kết quả")
        if after["document"]:
            day = date.fromisoformat(after["document_day"]) if after["document_day"] else None
            words += ", " + paper_words(after["document"], day, talk.today)
        if after["nothing_to_report"]:
            words += ", " + _("không phát sinh")
        return [words]
    if after["returned"] > before["returned"]:
        return [_("trả lại: {why}", why=short(after["return_why"]))]
    if before["done_at"] is not None and after["done_at"] is None:
        return [_("bỏ kết quả đã ghi")]
    if before["to_confirm"] and not after["to_confirm"] and before["due"] == after["due"]:
        return [_("xác nhận còn nợ")]
    return []


def _task(before: _Row, after: _Row) -> list[str]:
    changed = [_("đổi tên thành «{title}»", title=short(after["title"]))] if before["title"] != after["title"] else []
    if before["product"] != after["product"]:
        changed.append(_("đổi sản phẩm thành «{product}»", product=short(after["product"])))
    return changed


def _beside(talk: Talk, table: str, before: _Row | None, after: _Row) -> list[str]:
    """What stands beside a deadline: an extension, a reason, evidence."""
    if table == "extension" and before is None:
        day = said_day(talk, date.fromisoformat(after["day"]))
        return [_("xin gia hạn đến {day}: {why}", day=day, why=short(after["why"]))]
    if table == "extension" and after["state"] == "refused":
        return [_("không duyệt gia hạn")]
    if table == "explanation" and before is None:
        return [_("hỏi lý do")]
    if table == "explanation" and after["answered_at"]:
        return [_("nêu lý do: {why}", why=short(after["answer"]))]
    if table == "contribution":
        return [_("{unit} đã gửi phần phối hợp", unit=_unit(talk, after["unit_id"]))]
    if table == "evidence" and before is None and after["kind"] != "document":
        return [_("gửi kèm {name}", name=short(after["name"], 40))]
    return []


def _unit(talk: Talk, unit_id: int) -> str:
    unit = talk.directory.by_id.get(unit_id)
    return unit.called if unit else ""


def _due(talk: Talk, row: _Row) -> str:
    if row["due"] is None:
        return _("chưa có hạn")
    day = said_day(talk, date.fromisoformat(row["due"]))
    if row["hour"]:
        day = f"{hour_words(time.fromisoformat(row['hour']))} {day}"
    return _("trước {day}", day=day) if row["strict"] else day


COMMAND = Command(
    name="lịch sử",
    slash="lichsu",
    says=("quá trình", "diễn biến", "lịch sử việc"),
    help=N_("xem một việc đã qua những thay đổi nào; tệp đã gửi: minh chứng 12"),
    example="lịch sử 12",
    place=3.5,
    action=Action.SEE,
    run=run,
    takes_codes=True,
    fits=lambda name, words: reading.code(words) is not None,
    changes=False,
)
