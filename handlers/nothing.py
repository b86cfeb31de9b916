"""`không phát sinh 12`: a report with nothing to report is a result too."""

from handlers.authority import Action
from handlers.done import fits, record
from handlers.talk import Answered, Command, Talk


def run(talk: Talk) -> Answered:
    return record(talk, nothing=True)


COMMAND = Command(
    name="không phát sinh",
    slash="khongphatsinh",
    says=("không có phát sinh", "không có gì phát sinh"),
    help="",
    example="không phát sinh 12",
    place=6,
    action=Action.CLOSE,
    run=run,
    takes_codes=True,
    anyone=True,
    fits=fits,
)
