"""`tình trạng`: whether what the bot says arrives; for whoever keeps the bot, of the whole office, and whom and what it
cannot reach."""

from collections.abc import Iterator, Sequence

from sqlmodel import col, select

from handlers import more, narrowing, reading
from handlers.authority import Action
from handlers.roles_said import everybody
from handlers.talk import Answered, Command, Instead, Refused, Talk, alone
from lang.fold import fold
from lang.text import N_, _
from schedules import reach
from schedules.state import State
from schedules.views import MOST_LINES, Page, Sight
from storage import people
from storage.models import Chat, ChatUnit, Told, UnitKind

FEW_NAMES = 6
_OF_THE_BOT = ("", "bot", "gui tin", "nhac viec", "cua bot", "cua nhac viec")


def run(talk: Talk) -> Answered:
    words, number = reading.page(talk.words)
    code = reading.code(words)
    if code is not None:
        raise Instead(f"việc {code}")
    sight = talk.units_for(Action.STATE)
    of_unit = fold(words).strip(" .?") not in _OF_THE_BOT
    if of_unit:
        sight = narrowing.narrowed(talk, sight, words)
    elif talk.chat.private and sight.whole:
        return _office(talk, sight, number)
    if not sight.units:
        raise Refused(_("Anh/chị chưa thuộc đơn vị nào. Xin liên hệ Văn phòng để được thêm."))
    chats = _hearing(talk, sight) if of_unit or talk.chat.private else [talk.chat]
    state = State(talk.session, talk.here, talk.now, [chat.id or 0 for chat in chats])
    page = Page()
    page.head(_head(talk, state, sight))
    closed = [chat for chat in chats if not chat.active]
    gone = [reach.closed_line(talk.session, talk.here, chat) for chat in closed]
    for line in [*state.troubles(), *gone, *state.summary()]:
        page.line(line)
    return page.words()


def _head(talk: Talk, state: State, sight: Sight) -> str:
    return _("{whose}, tình trạng lúc {at}", whose=narrowing.whose(talk, sight), at=state.now_words())


def _hearing(talk: Talk, sight: Sight) -> list[Chat]:
    """Where these units hear their morning: their groups, closed ones too, and, said in private, private
    conversations: before a group no person is named."""
    groups = select(ChatUnit.chat_id).where(col(ChatUnit.unit_id).in_(sight.units))
    private = select(Told.chat_id).where(col(Told.unit_id).in_(sight.units))
    query = select(Chat).where(Chat.office_id == talk.here.id, Chat.inactive_why != reach.MOVED)
    if not talk.chat.private:
        query = query.where(col(Chat.private).is_(False))
    query = query.where(col(Chat.id).in_(groups) | col(Chat.id).in_(private))
    return list(talk.session.exec(query.order_by(col(Chat.id))))


def _office(talk: Talk, sight: Sight, number: int) -> Answered:
    """The whole office: first how it stands, then what is to be looked after, a page at a time."""
    state = State(talk.session, talk.here, talk.now)
    closed = reach.closed(talk.session, talk.here)
    page = Page()
    page.head(_head(talk, state, sight))
    lines: list[str | Chat] = [*state.troubles(), *closed, *_not_connected(talk)]
    summary = state.summary()
    first = MOST_LINES - 2 - len(summary)
    if number == 1:
        for line in summary:
            page.line(line)
        if lines:
            page.head(_("Cần xem lại"))
        shown, left = _cut(lines, first)
    else:
        before = len(_cut(lines, first)[0]) + (number - 2) * (MOST_LINES - 2)
        shown, left = _cut(lines[before:], MOST_LINES - 1)
        if not shown:
            raise Refused(_("Không có trang {n}. Gõ {command} để xem từ đầu.", n=number, command="/tinhtrang"))
    for one in shown:
        page.line(one if isinstance(one, str) else state.closed_lines([one])[0])
    following = f"/tinhtrang trang {number + 1}" if left else ""
    more.keep(talk, following)
    if left:
        page.line(_("và {n} mục khác: {command}", n=left, command=following))
        page.actions = [following]
    return page.words()


def _cut(lines: list[str | Chat], room: int) -> tuple[list[str | Chat], int]:
    """What fits `room` lines with the line that counts the rest, and how many are left."""
    if len(lines) <= room:
        return lines, 0
    return lines[: room - 1], len(lines) - room + 1


def _not_connected(talk: Talk) -> Iterator[str]:
    """Whom the bot has never reached, for whoever can give out codes."""
    if not talk.may(Action.PEOPLE):
        return
    without = _without_group(talk)
    if without:
        yield _("Đơn vị chưa có nhóm: {names}. Cấp mã: mã nhóm và tên đơn vị.", names=_few_units(without))
    linked = people.linked(talk.session, talk.here.id or 0)
    waiting = [one.name for one, roles in everybody(talk) if roles and one.id not in linked]
    if waiting:
        yield _("Người chưa kết nối: {names}. Cấp mã: mã và họ tên.", names=_few_people(waiting))


def _few_units(listed: Sequence[str]) -> str:
    shown, rest = ", ".join(listed[:FEW_NAMES]), len(listed) - FEW_NAMES
    return _("{names} và {n} đơn vị khác", names=shown, n=rest) if rest > 0 else shown


def _few_people(listed: Sequence[str]) -> str:
    shown, rest = ", ".join(listed[:FEW_NAMES]), len(listed) - FEW_NAMES
    return _("{names} và {n} người khác", names=shown, n=rest) if rest > 0 else shown


def _without_group(talk: Talk) -> list[str]:
    query = select(ChatUnit.unit_id).join(Chat, col(Chat.id) == ChatUnit.chat_id).where(Chat.office_id == talk.here.id)
    served = set(talk.session.exec(query))
    inside = [unit for unit in talk.directory.open if unit.kind is not UnitKind.OUTSIDE]
    return [unit.name for unit in inside if unit.id not in served]


COMMAND = Command(
    name="tình trạng",
    slash="tinhtrang",
    says=("tình trạng bot", "tình trạng gửi tin", "mất kết nối", "nhóm mất kết nối", "mất liên lạc"),
    help=N_("xem tin nhắc có đến nơi không"),
    example="/tinhtrang",
    place=18.5,
    action=Action.STATE,
    run=run,
    fits=alone("tình trạng", "tình trạng bot", "tình trạng gửi tin"),
    changes=False,
)
