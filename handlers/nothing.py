"""`không phát sinh 12`: a report with nothing to report is a result too."""

from handlers.authority import Action
from handlers.done import record
from handlers.talk import Answered, Command, Talk
from lang.text import N_


def run(talk: Talk) -> Answered:
    return record(talk, nothing=True)


COMMAND = Command(
    name="không phát sinh",
    slash="khongphatsinh",
    says=(),
    help=N_("ghi báo cáo không có phát sinh"),
    example="không phát sinh 12",
    action=Action.CLOSE,
    run=run,
    takes_codes=True,
    anyone=True,
    fits=lambda words: words[:1].isdigit(),
)
