"""`xem thêm`: the list that this person was shown last in this chat goes on."""

import re
from functools import cache

from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from handlers.asked import replied_to
from handlers.authority import Action
from handlers.talk import ANSWER_WITHIN, Answered, Command, Instead, NotMine, Refused, Talk, alone
from lang.fold import fold
from lang.text import _
from storage.models import Question

_KIND = "list"
_TURNS = re.compile(r" trang \d{1,3}$")
_POLITE = re.compile(r"(?:(?:di|nua|nhe|a|nha|voi)(?: |$))*")


def run(talk: Talk) -> Answered:
    if not _POLITE.fullmatch(fold(talk.words).strip(" .?")):
        raise NotMine
    replied = replied_to(talk)
    following = next((action for action in replied.actions if _TURNS.search(action)), "") if replied else ""
    following = following or _kept(talk)
    if following:
        raise Instead(following)
    if not talk.incoming.addressed:
        raise NotMine
    raise Refused(_("Không còn danh sách nào đang xem dở. Gõ /viec để xem từ đầu."))


def keep(talk: Talk, following: str) -> None:
    """A list is shown: `following` is the sentence that goes on with it, empty at its end.

    One is kept for each person in each chat, as a question that is closed from the beginning: only «xem thêm» looks for
    it, and no other question takes its place."""
    found = _place(talk)
    if found is None:
        found = Question(
            chat_id=talk.chat.id or 0,
            person_id=talk.person.id if talk.person else None,
            kind=_KIND,
            asked_at=talk.now,
            expires_at=talk.now,
            closed_at=talk.now,
        )
    found.subject, found.asked_at, found.expires_at = {"next": following}, talk.now, talk.now + ANSWER_WITHIN
    talk.session.add(found)


def _place(talk: Talk) -> Question | None:
    person = talk.person.id if talk.person else None
    return talk.session.exec(_lists(), params={"chat": talk.chat.id, "person": person}).first()


@cache
def _lists() -> SelectOfScalar[Question]:
    query = select(Question).where(Question.chat_id == bindparam("chat"), Question.kind == _KIND)
    return query.where(col(Question.person_id).is_not_distinct_from(bindparam("person")))


def _kept(talk: Talk) -> str:
    found = _place(talk)
    return str(found.subject["next"]) if found is not None and found.expires_at > talk.now else ""


COMMAND = Command(
    name="xem thêm",
    slash="xemthem",
    says=("xem tiếp", "trang sau", "thêm", "tiếp"),
    help="",
    example="xem thêm",
    place=3.8,
    action=Action.SEE,
    run=run,
    fits=alone("xem thêm", "xem tiếp"),
    changes=False,
)
