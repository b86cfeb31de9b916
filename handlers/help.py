"""/trogiup: what this person can say here."""

from handlers.authority import Action
from handlers.talk import Answered, Command, Talk
from lang.text import _
from storage.outbox import Words


def run(talk: Talk) -> Answered:
    from handlers import load

    talk.here  # noqa: B018  (a stranger is told how to be added, nothing more)
    lines = [
        f"{command.example}: {_(command.help)}"
        for command in load().commands
        if command.help and talk.may(command.action)
    ]
    head = _("Nhắc Việc là hệ thống tự động. Anh/chị có thể gõ, có dấu hay không dấu:")
    return Words("\n".join([head, *lines]), ((0, len(head)),), ("/viec", "/tiendo", "/quahan"))


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
