"""/trogiup: what this person can say here, a phone's page at a time; `trợ giúp gia hạn`: the line about one command."""

from handlers.authority import Action
from handlers.membership import call_first
from handlers.talk import Answered, Command, Refused, Talk
from lang.text import _
from schedules.views import MOST_LINES
from storage.outbox import Words

PER_PAGE = MOST_LINES - 2
"""Lines of commands, between the head and the way to the next page."""


def run(talk: Talk) -> Answered:
    from handlers import load

    talk.here  # noqa: B018  (a stranger is told how to be added, nothing more)
    router = load()
    route = router.route(talk.words)
    if route is not None:
        return Words(_line(route.command) + call_first(talk.incoming), actions=("/trogiup",))
    lines = [_line(command) for command in router.commands if _is_listed(talk, command)]
    page = int(talk.words) if talk.words.isdecimal() else 1
    skipped = (page - 1) * PER_PAGE
    shown, left = lines[max(skipped, 0) : skipped + PER_PAGE], len(lines) - skipped - PER_PAGE
    if page < 1 or not shown:
        raise Refused(_("Không có trang {n}. Gõ {command} để xem từ đầu.", n=page, command="/trogiup"))
    head = _("Nhắc Việc là hệ thống tự động.") + call_first(talk.incoming)
    head += " " + _("Anh/chị có thể gõ, có dấu hay không dấu:")
    actions = ["/viec", "/tiendo", "/quahan"]
    if left > 0:
        following = f"/trogiup {page + 1}"
        shown.append(_("và {n} lệnh khác: {command}", n=left, command=following))
        actions.append(following)
    return Words("\n".join([head, *shown]), ((0, len(head)),), tuple(actions))


def _is_listed(talk: Talk, command: Command) -> bool:
    if command.by_link and (talk.links is None or not talk.links.open):
        return False
    return bool(command.help) and talk.may(command.action)


def _line(command: Command) -> str:
    return f"{command.example}: {_(command.help)}" if command.help else _("Ví dụ: {example}", example=command.example)


COMMAND = Command(
    name="trợ giúp",
    slash="trogiup",
    says=("help", "giúp", "hướng dẫn", "trogiup"),
    help="",
    example="/trogiup",
    place=19,
    action=Action.TALK,
    run=run,
    anyone=True,
    changes=False,
)
