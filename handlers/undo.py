"""`hoàn tác`: takes back the last thing this person did, until somebody has built on it."""

import re
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from handlers import reading, ruling
from handlers.asked import replied_to
from handlers.authority import Action
from handlers.doubts import ask_again
from handlers.helping import tell_rule
from handlers.reminder_times import next_lines
from handlers.talk import Answered, Command, NotMine, Refused, Talk, alone, open_questions
from lang.text import N_, _, many
from schedules import hours, reminders
from schedules.tell import Kind
from schedules.views import MOST_ACTIONS
from storage import albums, journal, outbox
from storage import codes as one_time
from storage.journal import BuiltUpon
from storage.models import Delivery, DeliveryState, Event, Person
from storage.outbox import Words

WORDS = {
    "done": N_("ghi kết quả việc {about}"),
    "supplement": N_("bổ sung văn bản việc {about}"),
    "signing": N_("ghi chú việc {about} chờ ký"),
    "note": N_("ghi chú việc {about} chưa xong"),
    "send": N_("báo đã gửi phần phối hợp việc {about}"),
    "unsend": N_("báo chưa gửi phần phối hợp việc {about}"),
    "help_days": N_("đặt hạn gửi phần phối hợp"),
    "day_off": N_("ghi ngày nghỉ {about}"),
    "day_worked": N_("ghi ngày làm việc {about}"),
    "swap": N_("đổi ngày làm việc {about}"),
    "sure": N_("xác nhận lịch năm {about}"),
    "convention": N_("quy ước {about}"),
    "remind": N_("đặt lịch nhắc cho {about}"),
    "object": N_("báo chưa nộp việc {about}"),
    "agree": N_("đồng ý {about}"),
    "drop": N_("bỏ {about}"),
    "correct": N_("sửa {about}"),
    "doubt": N_("trả lời cho {about}"),
    "day": N_("đặt hạn việc {about}"),
    "owed": N_("xác nhận còn nợ việc {about}"),
    "accept": N_("duyệt việc {about}"),
    "grant": N_("duyệt gia hạn việc {about}"),
    "refuse": N_("không duyệt gia hạn việc {about}"),
    "return": N_("trả lại việc {about}"),
    "extend": N_("xin gia hạn việc {about}"),
    "explain": N_("hỏi lý do việc {about}"),
    "reason": N_("nêu lý do việc {about}"),
    "receive": N_("báo đã nhận việc {about}"),
    "acceptance": N_("chọn ai duyệt {about}"),
    "give": N_("giao việc {about}"),
    "change": N_("sửa việc {about}"),
    "cancel": N_("huỷ việc {about}"),
    "pause": N_("tạm dừng việc {about}"),
    "resume": N_("tiếp tục việc {about}"),
    "role": N_("vai trò của {about}"),
    "block": N_("đặt {about}"),
    "leave": N_("ghi nghỉ của {about}"),
    "leave_off": N_("bỏ nghỉ của {about}"),
    "transfer": N_("chuyển {about}"),
    "quit": N_("cho {about} thôi việc"),
    "merge": N_("sáp nhập {about}"),
    "rename": N_("đổi tên {about}"),
    "roster": N_("ghi danh sách nhân sự {about}"),
    "told_here": N_("chọn nơi nhận tin của {about}"),
    "measure": N_("ghi số đo chỉ tiêu {about}"),
}
FEW_NAMES = 4
MANY = 3
"""More codes than these in a row are said as «103–118»."""
PLAN_WITHIN = timedelta(days=3)
"""What was said about a plan can be taken back for so long: afterwards the office has lived by it."""
_OF_PLANS = ("agree", "drop", "doubt", "correct", "acceptance")
_OF_UNITS = ("transfer", "quit", "merge", "rename", "roster")
"""Undone within a day, whatever else was done since to what they moved."""
UNITS_WITHIN = timedelta(days=1)
_PASSED_OVER = ("album", "code", "join", "chat_on", "chat_off", "chat_moved")
"""What happened by somebody's hand and is nothing to be taken back."""


def run(talk: Talk) -> Answered:
    if talk.words and not reading.result(talk.words, talk.today).plain:
        raise NotMine  # «nhầm số liệu» is somebody's reason
    event = _meant(talk)
    if event is not None and event.action == "plan":
        raise Refused(_("Tệp gửi gần nhất là {plan}. Không dùng nữa thì gõ: bỏ {plan}", plan=event.about))
    if event is None or event.action not in WORDS or event.office_id != talk.here.id:
        raise Refused(_("Không có gì để hoàn tác."))
    if event.chat_id != talk.chat.id and not talk.chat.private:
        raise Refused(_("Việc gần nhất của anh/chị được ghi ở nơi khác. Xin hoàn tác tại đó."))
    if event.action in _OF_PLANS and talk.now - event.at > PLAN_WITHIN:
        what = _(WORDS[event.action], about=_shown(event.about))
        raise Refused(_("Đã quá {n} ngày nên không hoàn tác được: {what}.", n=PLAN_WITHIN.days, what=what))
    if event.action in _OF_UNITS and talk.now - event.at > UNITS_WITHIN:
        what = _(WORDS[event.action], about=_shown(event.about))
        raise Refused(_("Đã quá 24 giờ nên không hoàn tác được: {what}.", what=what))
    voided = _take_back_codes(talk, event) if event.action == "roster" else 0
    try:
        beside = event.action in (*_OF_UNITS, *ruling.ACTIONS, "remind", "help_days", "told_here")
        journal.take_back(talk.session, event, talk.now, talk.chat.id, beside=beside)
    except BuiltUpon:
        refused = _("Không hoàn tác được vì sau đó đã có thay đổi khác.")
        if event.action == "give":
            refused += " " + _("Huỷ việc thì gõ: huỷ {code} vì …", code=event.about.split()[0])
        raise Refused(refused) from None
    _take_back_album(talk, event)
    moved = ruling.put_back(talk, event)
    asked = open_questions(talk.session, talk.chat, event.person_id, talk.now)
    for question in asked:
        if question.kind != "doubt":  # it still says itself whether its rows are in doubt
            question.closed_at = talk.now
    for table, id, _before, _after in event.changes:
        if table == "deadline":
            reminders.expect_hour(talk.session, id, talk.here, talk.now)
    if event.action == "help_days":
        tell_rule(talk)  # what is the rule again says it to all who heard of the other
    else:
        _tell_told(talk, event)
    codes = _codes(event)
    undone = _undone(event.action, event.about, codes)
    if voided:
        undone += " " + _("Mã vừa cấp không còn hiệu lực.")
    if moved:
        undone += " " + many("{n} hạn trở lại ngày cũ.", "{n} hạn trở lại ngày cũ.", moved)
    if event.action == "remind":
        units = [id for table, id, _before, _after in event.changes if table == "unit"]
        reminders.set_again(talk.session, talk.here, talk.now)
        return Words("\n".join([undone, *next_lines(talk, units)]))
    if event.action == "done":
        actions = () if _stood_in(event) else tuple(f"xong {code}" for code in codes)[:MOST_ACTIONS]
        return Words(undone, actions=actions, about=tuple(codes))
    asking = event.action == "doubt" or (event.action == "correct" and any(one.kind == "doubt" for one in asked))
    again = ask_again(talk, event) if asking else None
    return [Words(undone), again] if again else Words(undone)


def _meant(talk: Talk) -> Event | None:
    """What is to be taken back: what was last done to the codes named, what the message replied to recorded (its button
    stands there for ever), else the last thing this person did."""
    person = talk.person.id if talk.person else None
    if person is None:
        return None
    named = reading.result(talk.words, talk.today).codes
    if named:
        return journal.last_of(talk.session, person, but=_PASSED_OVER, about=" ".join(map(str, named)))
    replied = replied_to(talk)
    if replied is None or COMMAND.name not in replied.actions:
        return journal.last_of(talk.session, person, but=_PASSED_OVER)
    codes = " ".join(map(str, replied.about))
    return journal.last_of(talk.session, person, but=_PASSED_OVER, at=replied.made_at, about=codes)


def _take_back_codes(talk: Talk, event: Event) -> int:
    """The codes handed out with a list are void; how many. Refuses where one was used: that person is here now."""
    made = [id for table, id, before, _after in event.changes if table == "person" and before is None]
    used = one_time.used(talk.session, talk.here.id or 0, made, event.at)
    if used:
        names = ", ".join(talk.session.get_one(Person, one).name for one in used[:FEW_NAMES])
        if len(used) > FEW_NAMES:
            names = _("{names} và {n} người khác", names=names, n=len(used) - FEW_NAMES)
        why = _("Không hoàn tác được vì đã có người dùng mã: {names}.", names=names)
        raise Refused(why + " " + _("Cho thôi từng người: thôi việc và họ tên."))
    return one_time.withdraw(talk.session, talk.here.id or 0, made, event.at, talk.now)


def _take_back_album(talk: Talk, event: Event) -> None:
    """What came later of the same album goes too, and no more of it is taken."""
    for album in albums.of_event(talk.session, event):
        for id in reversed(album.later):
            journal.take_back(talk.session, talk.session.get_one(Event, id), talk.now, talk.chat.id)
        albums.close(album)


def _stood_in(event: Event) -> bool:
    """Whether a result was recorded in a unit's place."""
    return any(table == "deadline" and after["stood_in"] for table, _id, _before, after in event.changes)


def _codes(event: Event) -> list[int]:
    """The deadlines that an event names, none where it is about something else."""
    said = event.about.split()
    return [int(code) for code in said] if all(code.isdecimal() for code in said) else []


def _shown(about: str) -> str:
    """What an event is about, in the language being spoken; rows of a plan as `rows.about` wrote them."""
    rows = re.fullmatch(r"dòng (.+), KH(\d+)", about)
    return _("dòng {ref}, KH{number}", ref=rows[1], number=rows[2]) if rows else about


def _undone(action: str, about: str, codes: Sequence[int]) -> str:
    if len(codes) > MANY and codes[-1] - codes[0] == len(codes) - 1:
        about = f"{codes[0]}–{codes[-1]}"
    elif codes:
        about = ", ".join(map(str, codes))
    else:
        about = _shown(about)
    return _("Đã hoàn tác: {what}.", what=_(WORDS[action], about=about))


def _tell_told(talk: Talk, event: Event) -> None:
    """Whoever was told of it in another chat is told there, once, that it no longer holds."""
    told: dict[int, list[Delivery]] = {}
    all_told = outbox.told(talk.session, event.heard)
    held = [delivery.id or 0 for delivery in all_told if delivery.state is DeliveryState.HELD]
    outbox.settle(talk.session, held, DeliveryState.SILENT, talk.now, "taken_back")
    for delivery in all_told:
        if delivery.id in held and not hours.may_be_read(talk.session, delivery):
            continue
        if delivery.chat_id != talk.chat.id:
            told.setdefault(delivery.chat_id, []).append(delivery)
    for chat, deliveries in told.items():
        talk.tell(chat, Kind.UNDONE, partial(_no_longer, talk, event, deliveries))


def _no_longer(talk: Talk, event: Event, deliveries: Sequence[Delivery]) -> Words:
    """What a chat that heard these of an event is told once it is taken back."""
    name = talk.actor().name
    about = tuple(dict.fromkeys(code for delivery in deliveries for code in delivery.about))
    if any(delivery.kind == Kind.PLAN for delivery in deliveries):
        return Words(_("{plan} đã được rút lại, danh sách việc vừa gửi không còn hiệu lực.", plan=event.about))
    codes = [code for code in _codes(event) if code in about]
    if event.action == "done" and any(delivery.kind == Kind.STAND_IN for delivery in deliveries):
        codes_said = ", ".join(map(str, codes))
        undone = _("Anh/chị {name} (Văn phòng) rút lại kết quả ghi thay: {about}.", name=name, about=codes_said)
        return Words(undone, about=about)
    undone = _undone(event.action, event.about, codes)
    return Words(undone + "\n" + _("Người rút: anh/chị {name}.", name=name), about=about)


COMMAND = Command(
    name="hoàn tác",
    slash="hoantac",
    says=("nhầm", "nhầm rồi", "rút lại"),
    help=N_("rút lại điều vừa ghi"),
    example="hoàn tác",
    place=8,
    action=Action.TALK,
    run=run,
    fits=alone("hoàn tác"),
)
