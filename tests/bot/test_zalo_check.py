"""`nhacviec zalo-check` goes through its questions with a person and a Zalo that answers over real HTTP."""

import json
import re
import socket
from collections.abc import AsyncIterator, Collection, Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest
from pydantic import SecretStr

from bot.settings import Settings
from bot.zalo_check import DONE, STOPPED, UNUSABLE, examine
from bot.zalo_check.asking import Waits
from channels.pushing import secret_of
from tests.bot.test_doctor import settings
from tests.fakes.zalo import TOKEN, FakeZalo
from tests.patience import PATIENCE

SHORT = Waits(poll=1, person=3, gap=0.05, away=0.05, back=0.3)
CALL = "@Bot Nhắc Việc"


class Phone:
    """Somebody who does what is asked, on a phone and at the keyboard. `leaves_at`: words at which nobody types any
    more; `agrees`: says yes to everything."""

    def __init__(self, fake: FakeZalo, leaves_at: str = "(never)", agrees: bool = True) -> None:
        self.fake, self.world, self.leaves_at, self.agrees = fake, fake.world, leaves_at, agrees
        self.group = fake.world.group()
        self.told: list[str] = []

    def tell(self, text: str) -> None:
        self.told.append(text)
        lan, hung, vy = (self.world.person(name) for name in ("Lan", "Hùng", "Vy"))
        if "trả lời tin của bot" in text:
            self.world.say(lan, "4a", self.group, replies=True)
        elif "Đưa bot ra khỏi nhóm" in text:
            self.world.remove(self.group)
        elif "ở giữa" in text:
            self.world.say(lan, f"nhờ {CALL} xem 5b", self.group, replies=True)
        elif found := re.search(rf"trong nhóm: {CALL} (\w+)$", text):
            who = {"5a": hung, "6a": vy}.get(found[1], lan)
            self.world.say(who, found[1], self.group, mention=True)
            if found[1] == "7b":
                self._wait_for_refusal()
        elif found := re.search(r"Nhắn riêng cho bot(?: ngay bây giờ)?: (\w+)$", text):
            self.world.say(lan, found[1])

    def _wait_for_refusal(self) -> None:
        """Zalo, in a thread of its own, finds nobody at our web address."""
        until = monotonic() + PATIENCE
        while 0 not in self.fake.pushed and monotonic() < until:
            sleep(0.005)

    async def typed(self) -> AsyncIterator[str]:
        while self.leaves_at not in self.told[-1]:
            yes = "c" if self.agrees else "k"
            yield yes if self.told[-1].endswith("[c/k]") else "Gói Basic, 12 tin"

    def asked(self) -> list[int]:
        """The numbers of the questions that were put."""
        return [int(found[1]) for one in self.told if (found := re.match(r"Câu (\d+)\. ", one))]


@pytest.fixture
def fake() -> Iterator[FakeZalo]:
    fake = FakeZalo(queues=True).start()
    yield fake
    fake.stop()


@pytest.fixture
def given(fake: FakeZalo, tmp_path: Path) -> Settings:
    return settings(data_dir=tmp_path, zalo_token=SecretStr(TOKEN), zalo_url=fake.base_url)


async def asked(given: Settings, phone: Phone, *only: int, webhook: bool = False, folder: str = "kt") -> int:
    path = given.data_dir / folder
    return await examine(given, path, only, webhook, phone.typed(), phone.tell, waits=SHORT)


def found(given: Settings, folder: str = "kt") -> dict[str, list[str]]:
    answers: dict[str, list[str]] = json.loads((given.data_dir / folder / "ket-qua.json").read_text())["answers"]
    return answers


def kept(given: Settings, numbers: Collection[int], folder: str = "kt") -> list[str]:
    names = sorted(path.name for path in (given.data_dir / folder).glob("??-??-*.json"))
    return [name for name in names if int(name[:2]) in numbers]


async def test_all_eleven(fake: FakeZalo, given: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    given.public_url, given.server_port = f"http://127.0.0.1:{port}", port
    phone = Phone(fake)
    assert await asked(given, phone, webhook=True) == DONE
    assert phone.asked() == [1, 2, 3, 4, 5, 6, 7, 8, 10, 9]
    assert found(given) == {
        "1": [
            "account_name: bot.VDKyGxQvc",
            "account_type: BASIC",
            "can_join_groups: True",
            "display_name: Bot Nhắc Việc",
            "Zalo Bot Creator: Gói Basic, 12 tin",
        ],
        "2": ["HTTP 200, không nhận: 401 «Unauthorized»"],
        "3": [
            "2000 «a»: HTTP 200, nhận",
            "2001 «a»: HTTP 200, không nhận: 400 «Bad request: The text is too long, at most 2000 characters»",
            "2000 «á»: HTTP 200, nhận",
            "1001 «😀»: HTTP 200, không nhận: 400 «Bad request: The text is too long, at most 2000 characters»",
            "đếm theo đơn vị UTF-16",
        ],
        "4": ["tin trả lời đến bot", "không nói trả lời tin nào"],
        "5": [f"5a: đến bot, «{CALL} 5a»", f"5b: đến bot, «nhờ {CALL} xem 5b»"],
        "6": ["lần đầu gặp: HTTP 200, nhận", "người ấy nói: Gói Basic, 12 tin"],
        "7": ["HTTP 200, nhận", "tin được đẩy đến: không bọc, có secret", "tắt máy chủ: tin mất"],
        "8": ["tin còn, đến ở lần hỏi sau"],
        "10": [
            "ban đầu: Gói Basic, 12 tin",
            "sau khi bot nhận một tin: Gói Basic, 12 tin",
            "sau khi bot gửi một tin (HTTP 200, nhận): Gói Basic, 12 tin",
        ],
        "11": ["HTTP 200, không nhận: 400 «Bad request: Webhook is set»"],
        "9": ["HTTP 200, không nhận: 400 «Bad request: The bot is not a member of the group»"],
    }
    page = (given.data_dir / "kt" / "tom-tat.md").read_text()
    assert "## 3. 2.000 ký tự" in page
    assert "- tệp: 03-01-rieng.json, 03-02-2000-a.json, 03-03-2001-a.json" in page
    (came,) = [name for name in kept(given, {7}) if name.endswith("-den.json") and "7a" in text(given, name)]
    assert json.loads(text(given, came))["headers"]["x-bot-api-secret-token"] == "<…>"
    everything = "".join(path.read_text() for path in (given.data_dir / "kt").iterdir())
    assert all(secret not in everything for secret in (TOKEN, TOKEN.partition(":")[2], secret_of(TOKEN)))
    announced = re.search(r"nhiều nhất (\d+) tin", phone.told[0])
    assert announced
    assert fake.calls["sendMessage"] <= int(announced[1])
    assert fake.world.webhook == ""


def text(given: Settings, name: str) -> str:
    return (given.data_dir / "kt" / name).read_text()


@pytest.mark.parametrize(
    ("unit", "meant"),
    [("code point", "đếm theo ký tự"), ("byte", "đếm theo byte"), ("utf-16", "đếm theo đơn vị UTF-16")],
)
async def test_which_unit_a_text_is_counted_in(fake: FakeZalo, given: Settings, unit: str, meant: str) -> None:
    fake.guesses.unit = unit  # type: ignore[assignment]
    phone = Phone(fake)
    assert await asked(given, phone, 3) == DONE
    assert (phone.asked(), found(given)["3"][-1]) == ([3], meant)


@pytest.mark.parametrize("how", ["status", "page"])
async def test_a_wrong_token_however_it_is_answered(fake: FakeZalo, given: Settings, how: str) -> None:
    fake.guesses.wrong_token = how  # type: ignore[assignment]
    await asked(given, Phone(fake), 2)
    (said,) = found(given)["2"]
    assert said.startswith("HTTP 401, không nhận: 401" if how == "status" else "HTTP 401, không phải JSON: <html>")


async def test_what_comes_while_nobody_asks_is_lost(fake: FakeZalo, given: Settings) -> None:
    fake.guesses.queues = False
    await asked(given, Phone(fake), 8)
    assert found(given)["8"] == ["tin mất"]


async def test_it_is_stopped_and_goes_on(fake: FakeZalo, given: Settings) -> None:
    first = Phone(fake, leaves_at="Câu này gửi nhiều nhất 4 tin")
    assert await asked(given, first) == STOPPED
    assert (first.asked(), list(found(given))) == ([1, 2, 3], ["1", "2"])
    assert "Còn câu 3, 4, 5, 6, 7, 8, 9, 10, 11." in first.told
    second = Phone(fake, leaves_at="Câu này gửi nhiều nhất 1 tin")
    assert await asked(given, second) == STOPPED
    assert (second.asked(), list(found(given))) == ([3, 4], ["1", "2", "3"])
    assert "## 4." in (given.data_dir / "kt" / "tom-tat.md").read_text()


async def test_nothing_is_said_unless_the_person_agrees(fake: FakeZalo, given: Settings) -> None:
    fake.world.webhook = "https://co-quan.example.vn/hook/zalo"
    phone = Phone(fake, agrees=False)
    assert await asked(given, phone) == STOPPED
    assert phone.asked() == []
    assert fake.calls.keys() <= {"getWebhookInfo"}
    assert fake.world.webhook


@pytest.mark.parametrize(
    ("token", "webhook", "said"),
    [("", False, "Chưa có ZALO_TOKEN trong .env."), (TOKEN, True, "Chưa có PUBLIC_URL trong .env.")],
)
async def test_what_it_needs(fake: FakeZalo, given: Settings, token: str, webhook: bool, said: str) -> None:
    given.zalo_token = SecretStr(token)
    phone = Phone(fake)
    assert (await asked(given, phone, webhook=webhook), phone.told) == (UNUSABLE, [said])
