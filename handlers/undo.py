"""`hoàn tác`: takes back the last thing this person did, until somebody has built on it."""

from datetime import timedelta

from sqlmodel import col, select

from handlers import reading
from handlers.authority import Action
from handlers.doubts import ask_again
from handlers.helping import tell_rule
from handlers.talk import Answered, Command, NotMine, Refused, Talk, alone, open_questions
from handlers.telling import tell_unit
from lang.text import N_, _
from schedules.tell import Kind
from schedules.views import MOST_ACTIONS
from storage import journal, people
from storage.journal import BuiltUpon
from storage.models import Delivery, Event
from storage.outbox import Words

WORDS = {
    "done": N_("ghi kết quả việc {about}"),
    "supplement": N_("bổ sung văn bản việc {about}"),
    "signing": N_("ghi chú việc {about} chờ ký"),
    "note": N_("ghi chú việc {about} chưa xong"),
    "send": N_("báo đã gửi phần phối hợp việc {about}"),
    "unsend": N_("báo chưa gửi phần phối hợp việc {about}"),
    "help_days": N_("đặt hạn gửi phần phối hợp"),
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
    "measure": N_("ghi số đo chỉ tiêu {about}"),
}
MANY = 3
"""More codes than these in a row are said as «103–118»."""
PLAN_WITHIN = timedelta(days=3)
"""What was said about a plan can be taken back for so long: afterwards the office has lived by it."""
TOLD = {
    "done": (Kind.WAITING, Kind.SENT),
    "send": (Kind.SENT, Kind.STAND_IN),
    "unsend": (Kind.SENT,),
    "accept": (Kind.ACCEPTED, Kind.DECIDED),
    "grant": (Kind.DECIDED,),
    "refuse": (Kind.DECIDED,),
    "return": (Kind.RETURNED,),
    "extend": (Kind.EXTENSION,),
    "explain": (Kind.WHY,),
    "reason": (Kind.REASON,),
    "give": (Kind.GIVEN, Kind.HELPING),
    "change": (Kind.CHANGED, Kind.GIVEN),
    "cancel": (Kind.CHANGED,),
    "pause": (Kind.CHANGED,),
    "resume": (Kind.CHANGED,),
}
"""What other chats were told of each act."""
_OF_PLANS = ("agree", "drop", "doubt")
_OF_UNITS = ("transfer", "quit", "merge", "rename")
"""Undone within a day, whatever else was done since to what they moved."""
UNITS_WITHIN = timedelta(days=1)
_PASSED_OVER = ("code", "join", "chat_on", "chat_off", "chat_moved")
"""What happened by somebody's hand and is nothing to be taken back."""


def run(talk: Talk) -> Answered:
    if talk.words and not reading.result(talk.words, talk.today).plain:
        raise NotMine  # «nhầm số liệu» is somebody's reason
    event = _meant(talk)
    if event is not None and event.action == "plan":
        raise Refused(_("Tệp gửi gần nhất là {plan}. Không dùng nữa thì gõ: bỏ {plan}", plan=event.about))
    if event is not None and event.action == "roster":
        raise Refused(_("Danh sách nhân sự đã ghi thì không rút lại. Xin sửa tệp rồi gửi lại, hoặc: vai trò Minh"))
    if event is None or event.action not in WORDS or event.office_id != talk.here.id:
        raise Refused(_("Không có gì để hoàn tác."))
    if event.chat_id != talk.chat.id and not talk.chat.private:
        raise Refused(_("Việc gần nhất của anh/chị được ghi ở nơi khác. Xin hoàn tác tại đó."))
    if event.action in _OF_PLANS and talk.now - event.at > PLAN_WITHIN:
        what = _(WORDS[event.action], about=event.about)
        raise Refused(_("Đã quá {n} ngày nên không hoàn tác được: {what}.", n=PLAN_WITHIN.days, what=what))
    if event.action in _OF_UNITS and talk.now - event.at > UNITS_WITHIN:
        what = _(WORDS[event.action], about=event.about)
        raise Refused(_("Đã quá 24 giờ nên không hoàn tác được: {what}.", what=what))
    try:
        beside = event.action in (*_OF_UNITS, "help_days")
        journal.take_back(talk.session, event, talk.now, talk.chat.id, beside=beside)
    except BuiltUpon:
        refused = _("Không hoàn tác được vì sau đó đã có thay đổi khác.")
        if event.action == "give":
            refused += " " + _("Huỷ việc thì gõ: huỷ {code} vì …", code=event.about.split()[0])
        raise Refused(refused) from None
    asked = open_questions(talk.session, talk.chat, event.person_id, talk.now)
    for question in asked:
        if question.kind != "doubt":  # it still says itself whether its rows are in doubt
            question.closed_at = talk.now
    undone = _undone(event.action, event.about)
    _tell_told(talk, event)
    if event.action == "done" and (unit := _stood_in(event)) is not None:
        about = event.about.replace(" ", ", ")
        tell_unit(
            talk,
            unit,
            Words(_("{name} (Văn phòng) rút lại kết quả ghi thay: {about}.", name=talk.actor().name, about=about)),
        )
        return Words(undone, about=tuple(map(int, event.about.split())))
    if event.action == "done":
        actions = tuple(f"xong {code}" for code in event.about.split())[:MOST_ACTIONS]
        return Words(undone, actions=actions, about=tuple(map(int, event.about.split())))
    if event.action == "agree":
        _tell_groups(talk, event)
    if event.action == "help_days":
        tell_rule(talk)
    if event.action in _OF_UNITS:
        _tell_units(talk, event, undone)
    asking = event.action == "doubt" or (event.action == "correct" and any(one.kind == "doubt" for one in asked))
    again = ask_again(talk, event) if asking else None
    return [Words(undone), again] if again else Words(undone)


def _meant(talk: Talk) -> Event | None:
    """What is to be taken back: what the message replied to recorded (its button stands there for ever), else the last
    thing this person did."""
    person = talk.person.id if talk.person else None
    if person is None:
        return None
    query = select(Delivery).where(Delivery.chat_id == talk.chat.id, Delivery.message == talk.incoming.reply_to)
    replied = talk.session.exec(query).first() if talk.incoming.reply_to else None
    if replied is None or COMMAND.name not in replied.actions:
        return journal.last_of(talk.session, person, but=_PASSED_OVER)
    codes = " ".join(map(str, replied.about))
    return journal.last_of(talk.session, person, but=_PASSED_OVER, at=replied.made_at, about=codes)


def _stood_in(event: Event) -> int | None:
    """The unit in whose place this was recorded."""
    rows = [after for table, _id, _before, after in event.changes if table == "deadline" and after["stood_in"]]
    return rows[0]["unit_id"] if rows else None


def _undone(action: str, about: str) -> str:
    codes = [int(code) for code in about.split() if code.isdecimal()]
    if len(codes) > MANY and codes[-1] - codes[0] == len(codes) - 1:
        about = f"{codes[0]}–{codes[-1]}"
    elif codes:
        about = about.replace(" ", ", ")
    return _("Đã hoàn tác: {what}.", what=_(WORDS[action], about=about))


def _tell_told(talk: Talk, event: Event) -> None:
    """Whoever was told of it in another chat is told that it no longer holds."""
    told = select(Delivery).where(Delivery.made_at == event.at, col(Delivery.kind).in_(TOLD.get(event.action, ())))
    codes = [int(code) for code in event.about.split() if code.isdecimal()]
    for delivery in talk.session.exec(told.order_by(col(Delivery.id))):
        theirs = " ".join(str(code) for code in codes if code in delivery.about)
        if theirs and delivery.chat_id != talk.chat.id:
            undone = _undone(event.action, theirs)
            by = _("Người rút: {name}.", name=talk.actor().name)
            talk.tell(delivery.chat_id, Kind.UNDONE, Words(f"{undone}\n{by}", about=tuple(delivery.about)))


def _tell_groups(talk: Talk, event: Event) -> None:
    """The groups that heard of their part hear that it does not count."""
    units = {
        after["unit_id"]
        for table, _id, before, after in event.changes
        if table == "deadline" and (before is None or any(before[key] != after[key] for key in ("due", "cancelled_at")))
    }
    for chat in people.groups(talk.session, talk.here.id or 0):
        if chat.id != talk.chat.id and units & set(people.shown_units(talk.session, chat.id or 0)):
            gone = _("{plan} đã được rút lại, danh sách việc vừa gửi không còn hiệu lực.", plan=event.about)
            talk.tell(chat.id or 0, "plan", Words(gone))


def _tell_units(talk: Talk, event: Event, undone: str) -> None:
    """The groups that heard of a merger or a new name hear that it is taken back."""
    units = {id for table, id, _before, _after in event.changes if table == "unit"}
    units |= {id[1] for table, id, _before, _after in event.changes if table == "chatunit"}
    for chat in people.groups(talk.session, talk.here.id or 0):
        if chat.id != talk.chat.id and units & set(people.shown_units(talk.session, chat.id or 0)):
            talk.tell(chat.id or 0, "units", Words(undone))


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
