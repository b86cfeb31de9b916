"""How many messages a second come in, are stored, routed and decided, against python-telegram-bot echoing them."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import Any

from sqlmodel import Session, col, select
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters
from telegram.request import BaseRequest

from benchmarks.ground import CHANNEL, KINDS, NOW, Ground, account, office, spent, surround
from benchmarks.measure import Figure
from bot import sample
from bot.app import App
from channels import Raw
from channels.telegram import TelegramChannel
from handlers import load
from schedules.clock import HandClock
from storage.db import Database
from storage.models import Account, Deadline, Heard, Role, RoleKind

TOKEN = "7300000001:AAFakeFakeFakeFakeFakeFakeFakeFakeFak"
ME = (7_300_000_001, "nhacviec_bot")
MESSAGES = 600
POLL = 100
"""Updates that one answer to getUpdates holds."""
SAID = ("/tiendo", "xong")
TARGETS = {"/tiendo": 0.20, "xong": 0.12}


class Silence(BaseRequest):
    """A line on which everything arrives at once."""

    read_timeout = 1.0

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(self, url: str, *_given: Any, **_more: Any) -> tuple[int, bytes]:
        result: dict[str, Any] = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "x"}
        if url.endswith("getMe"):
            result = {"id": ME[0], "is_bot": True, "first_name": "Nhắc Việc", "username": ME[1]}
        return 200, json.dumps({"ok": True, "result": result}).encode()


async def echoed(updates: Sequence[dict[str, Any]]) -> float:
    """Seconds that the library takes to read these and to say each back."""
    application = (
        Application.builder().token(TOKEN).request(Silence()).get_updates_request(Silence()).updater(None).build()
    )

    async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        await update.message.reply_text(update.message.text or "")

    application.add_handler(MessageHandler(filters.TEXT, echo))
    await application.initialize()
    start = perf_counter()
    for update in updates:
        await application.process_update(Update.de_json(update, application.bot))
    taken = perf_counter() - start
    await application.shutdown()
    return taken


async def heard(app: App, updates: Sequence[dict[str, Any]]) -> float:
    """Seconds that we take to store these as they come from a poll and to decide each."""
    line = app._lines[CHANNEL]
    bodies = [Raw(str(update["update_id"]), json.dumps({**update, "me": ME})) for update in updates]
    start = perf_counter()
    for first in range(0, len(bodies), POLL):
        await app.take(CHANNEL, bodies[first : first + POLL])
        await app._read_inbox(line)
    while line.hearing:
        await asyncio.wait(line.hearing.values())
        await app._read_inbox(line)
    return perf_counter() - start


def update(number: int, who: str, text: str) -> dict[str, Any]:
    user = {"id": int(who), "is_bot": False, "first_name": "Ai", "language_code": "vi"}
    chat = {"id": int(who), "type": "private", "first_name": "Ai"}
    message = {"message_id": number, "from": user, "chat": chat, "date": 1_672_531_200 + number, "text": text}
    if text.startswith("/"):
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text)}]
    return {"update_id": number, "message": message}


def asked(first: int) -> list[dict[str, Any]]:
    """Everybody asks how things stand, again and again."""
    everybody = [account(member.name) for member in sample.everybody()]
    return [update(first + n, everybody[n % len(everybody)], "/tiendo") for n in range(MESSAGES)]


def reported(database: Database, first: int) -> list[dict[str, Any]]:
    """The focal officer of each unit says of one deadline after the other that it is done."""

    def owed(session: Session) -> list[tuple[int, str]]:
        query = select(Deadline.code, Account.external).join(Role, col(Role.unit_id) == Deadline.unit_id)
        query = query.join(Account, col(Account.person_id) == Role.person_id)
        query = query.where(Role.kind == RoleKind.FOCAL, Deadline.office_id == 1, col(Deadline.done_at).is_(None))
        return list(session.exec(query.order_by(col(Deadline.code) % 97, col(Deadline.code)).limit(MESSAGES)))

    with database.begin() as session:
        return [update(first + n, who, f"xong {code}") for n, (code, who) in enumerate(owed(session))]


def messages_in(ground: Ground) -> Iterator[Figure]:
    """#7."""
    router = load()
    for kind in KINDS:
        with ground.fresh(kind) as database:
            office(database)
            surround(database, 49)
            for command in SAID:
                app = App(database, HandClock(NOW), router, [TelegramChannel(TOKEN)])
                updates = asked(1) if command == "/tiendo" else reported(database, MESSAGES + 1)
                before = asyncio.run(echoed(updates))
                with spent(database) as driver:
                    ours = asyncio.run(heard(app, updates))
                floor = (before + asyncio.run(echoed(updates))) / 2
                detail = f"{len(updates) / ours:.0f}/s against {len(updates) / floor:.0f}/s; each "
                detail += driver.of(len(updates), ours / len(updates))
                what = f"messages in, {command} ÷ bare echo, {kind}"
                yield Figure(what, floor / ours, "×", TARGETS[command], detail, at_least=True)
            decided(database, 2 * MESSAGES)


def decided(database: Database, times: int) -> None:
    """Nothing was left out and nothing went wrong on the way."""
    with database.begin() as session:
        well = select(Heard.id).where(col(Heard.answered_at).is_not(None), Heard.set_aside == "", Heard.body == "")
        done = select(Deadline.id).where(Deadline.office_id == 1, Deadline.done_at == NOW, Deadline.document == "")
        answered, closed = len(session.exec(well).all()), len(session.exec(done).all())
    if answered < times or closed < times / 2:
        raise AssertionError(f"{answered} of {times} answered, {closed} closed")
