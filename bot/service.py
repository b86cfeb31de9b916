"""Putting the program together: which channels, which database, which clock; and keeping it alive until told to
stop."""

import asyncio
import contextlib
import logging
import shutil
import signal
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, func, select

from bot import sample
from bot.app import App
from bot.health import Health
from bot.links import Links, key_of
from bot.messengers import used
from bot.server import Server
from bot.settings import BadSettings, Settings, load
from bot.stage import LocalStage
from bot.story import tell
from bot.web_links import WebLinks
from channels import Address, Channel, Pushed, Sender
from channels.masking import mask
from channels.terminal import TerminalChannel, keyboard
from channels.web import WebChannel, sent_files
from handlers import load as load_router
from handlers.start import new_code
from lang.moments import moment
from lang.text import _
from schedules.clock import Clock, HandClock, SystemClock
from schedules.deliveries import Outgoing
from storage import people
from storage.db import Database
from storage.locks import lock
from storage.migrate import NewerDatabase, pending, upgrade
from storage.models import Delivery, Heard, Office
from storage.shelf import Shelf

SAMPLE_DB = "thu.db"
TRANSCRIPT = "thu.jsonl"
CLOCK = "thu.gio"
SHELF = "minh_chung"
STORY_BEGINS = (date(2023, 1, 9), time(8, 30))
STORY_ENDS = (date(2023, 6, 2), time(8, 0))
READING = 1.0
"""Seconds after which what another process was pushed is found, where messengers push."""
CHIPS = ("việc", "quá hạn", "tiến độ", "trợ giúp")


def settings_or_exit() -> Settings:
    try:
        return load()
    except BadSettings as error:
        print(_("Cài đặt chưa dùng được:"), error, sep="\n", file=sys.stderr)
        raise SystemExit(2) from None


def database_or_exit(settings: Settings) -> tuple[Database, int]:
    """The database, migrated, and how many steps that took."""
    database = Database(settings.database())
    try:
        waiting = len(pending(database))
        upgrade(database)
    except NewerDatabase:
        said = _("Cơ sở dữ liệu do một phiên bản mới hơn của chương trình tạo ra. Xin cập nhật chương trình.")
    except DBAPIError as error:
        said = _("Không mở được cơ sở dữ liệu ({error}). Xin xem DATABASE_URL.", error=type(error).__name__)
    else:
        return database, waiting
    print(said, file=sys.stderr)
    raise SystemExit(1) from None


def build(
    settings: Settings,
    database: Database,
    clock: Clock,
    channels: Sequence[Channel],
    health: Health | None = None,
    links: Links | None = None,
) -> App:
    """The whole program with these parts; a test puts in its own."""
    outgoing = Outgoing(timedelta(seconds=settings.lease_seconds), settings.attempts, settings.in_flight)
    shelf = Shelf(settings.data_dir.resolve() / SHELF)
    return App(
        database,
        clock,
        load_router(),
        channels,
        outgoing=outgoing,
        shelf=shelf,
        locks=partial(lock, database, lease=settings.lease_seconds),
        health=health,
        links=links,
        failpoint=settings.failpoint,
    )


def run(settings: Settings) -> None:
    """The bot on every messenger it has a token for, until SIGINT or SIGTERM."""
    messengers = used(settings)
    if not messengers:
        print(_("Chưa có TELEGRAM_TOKEN hay ZALO_TOKEN trong .env."), file=sys.stderr)
        raise SystemExit(2)
    tokens = [one.token(settings) for one in messengers]
    _log(settings, tokens)
    database, _steps = database_or_exit(settings)
    with database.begin() as session:
        code = claim_code(session, settings.office_name)
    if code:
        print(_("Cơ quan chưa có quản trị. Nhắn cho bot, trong hội thoại riêng: /start {code}", code=code), flush=True)
    listed = [command for command in load_router().commands if command.help and not command.by_link]
    menu = [(command.slash, _(command.help)) for command in listed]
    channels = [one.make(settings, menu) for one in messengers]
    clock, health = SystemClock(), Health(settings.healthcheck_url.get_secret_value())
    app = build(settings, database, clock, channels, health, Links(key_of(*tokens), settings.public_url, clock))
    server = server_or_exit(settings, app, channels) if settings.public_url else None
    where = _(" và ").join(one.title for one in messengers)
    print(_("Nhắc Việc đang chạy trên {where}. Ctrl-C để dừng.", where=where), flush=True)
    asyncio.run(_live(app, settings.tick_seconds, server))
    database.close()


def _log(settings: Settings, tokens: Iterable[str]) -> None:
    """What is written down, and what never is: tokens, and what people say."""
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for handler in logging.getLogger().handlers:
        for token in tokens:
            handler.addFilter(mask(token))
    for chatty in ("httpx", "apscheduler", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.getLogger("telegram").setLevel(logging.INFO)  # at DEBUG it writes down what people say


def server_or_exit(settings: Settings, app: App, channels: Iterable[Pushed]) -> Server:
    """Where messengers push their updates and links lead; its port is taken."""
    try:
        return Server(app.take, channels, settings.server_host, settings.server_port, WebLinks(app).routes)
    except OSError:
        said = _("Không mở được cổng {port}. Xin xem SERVER_HOST, SERVER_PORT.", port=settings.server_port)
        print(said, file=sys.stderr)
        raise SystemExit(2) from None


def claim_code(session: Session, name: str) -> str:
    """A fresh code to claim the office with, making the office if there is none; empty when it has an admin."""
    if session.exec(select(Office)).first() is None:
        session.add(Office(name=name))
        session.flush()
    waiting = people.unclaimed(session)
    return new_code(waiting[0]) if waiting else ""


def web(settings: Settings, port: int | None = None, zalo: bool = False) -> None:
    """The sample office in the browser, on a clock moved by hand; at first as on Telegram or as on Zalo."""
    asyncio.run(_web(settings, settings.web_port if port is None else port, zalo))


async def _web(settings: Settings, port: int, zalo: bool) -> None:
    folder = settings.data_dir
    folder.mkdir(parents=True, exist_ok=True)
    database, opened = _sample_office(folder)
    clock = HandClock(opened or moment(*STORY_BEGINS, sample.ZONE))
    stage = LocalStage(clock, WebChannel.name, sample.ZONE, folder / CLOCK)
    router = load_router()
    chips = [(command.name, command.name) for command in router.commands if command.name in CHIPS]
    channel = WebChannel(stage, folder / TRANSCRIPT, port=port, chips=chips, zalo_name=settings.zalo_name)
    app = stage.app = build(settings, database, clock, [channel])
    try:
        url = channel.url
    except OSError:
        said = _("Cổng {port} đang có chương trình khác dùng. Thử: nhacviec web --port 8081", port=port)
        print(said, file=sys.stderr)
        raise SystemExit(2) from None
    stop = stopped_by_signal()
    living = asyncio.create_task(app.run(stop, every=settings.tick_seconds, ticking=False))
    if opened is None:
        print(_("Đang dựng cơ quan mẫu, mất vài giây."), flush=True)
        accounts = {member.name: member.name.casefold() for member in sample.everybody()}
        groups = {short: Address(short.casefold()) for short in sample.rooms()}
        private = {name: Address(f"me:{account}") for name, account in accounts.items()}
        await app.within(lambda session: sample.make(session, channel.name, accounts, groups, clock.now(), private))
        with stage.everybody():
            telling = asyncio.create_task(tell(app, channel, url, clock))
            await asyncio.wait([living, telling], return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set() or living.done():
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)
        else:
            await telling
    channel.zalo = zalo
    if not stop.is_set():
        print(_("Hội thoại thử với cơ quan mẫu: mở {url} trong trình duyệt. Ctrl-C để dừng.", url=url), flush=True)
    await living
    database.close()


def _sample_office(folder: Path) -> tuple[Database, datetime | None]:
    """The sample office's database and where its clock stands; None for a fresh one, which one whose story was not
    told to the end becomes again."""
    file = folder.resolve() / SAMPLE_DB
    for _attempt in range(2):
        database = Database(f"sqlite:///{file}")
        upgrade(database)
        with database.begin() as session:
            opened = last_moment(session)
            fresh = session.exec(select(Office)).first() is None
        if fresh or (opened is not None and opened >= moment(*STORY_ENDS, sample.ZONE)):
            break
        database.close()
        for left in (file, file.with_name(file.name + "-wal"), file.with_name(file.name + "-shm")):
            left.unlink(missing_ok=True)
    if fresh:
        (folder / TRANSCRIPT).unlink(missing_ok=True)
        (folder / CLOCK).unlink(missing_ok=True)
        shutil.rmtree(sent_files(folder / TRANSCRIPT), ignore_errors=True)
        return database, None
    with contextlib.suppress(OSError, ValueError):
        stood = datetime.fromisoformat((folder / CLOCK).read_text("ascii"))
        opened = max(opened, stood) if opened else stood
    return database, opened


def last_moment(session: Session) -> datetime | None:
    """When the bot last heard or owed something."""
    heard, owed = select(func.max(Heard.received_at)), select(func.max(Delivery.made_at))
    moments = [at for at in (session.exec(heard).one(), session.exec(owed).one()) if at is not None]
    return max(moments, default=None)


def chat(settings: Settings, name: str) -> None:
    """The sample office in the terminal: a fresh one, with its plan agreed, on the morning of 1 June 2023."""
    asyncio.run(_chat(settings, name))


async def _chat(settings: Settings, name: str) -> None:
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'chat.db'}")
        upgrade(database)
        clock = HandClock(moment(*STORY_BEGINS, sample.ZONE))
        you = Sender(name.casefold(), name)
        channel = TerminalChannel(keyboard(), you=you)
        app = build(settings, database, clock, [channel])
        accounts = {member.name: member.name.casefold() for member in sample.everybody()}
        groups = {short: Address(short) for short in sample.rooms()}
        private = {name: Address(account) for name, account in accounts.items()}
        await app.within(lambda session: sample.make(session, channel.name, accounts, groups, clock.now(), private))
        print(_("Cơ quan mẫu, {name} nói riêng với bot; «@QLVH …» để nói trong nhóm QLVH; Ctrl-D để thôi.", name=name))
        await app.run(stopped_by_signal(), every=settings.tick_seconds, ticking=False)
        database.close()


def stopped_by_signal() -> asyncio.Event:
    """An event that SIGINT or SIGTERM sets, in the running loop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop


async def _live(app: App, every: float, server: Server | None) -> None:
    serving = asyncio.create_task(server.run()) if server else None
    try:
        await app.run(stopped_by_signal(), every=every, reading=READING if server else None)
    finally:
        if serving is not None:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
