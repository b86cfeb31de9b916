"""The fake Zalo answers as ZALO.md says that the real one does; what is no more than a guess there is a switch."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.fakes.zalo import FakeZalo


class Bare:
    """Requests to a bot's address, as any client makes them."""

    def __init__(self, fake: FakeZalo) -> None:
        self.fake, self.http = fake, httpx.AsyncClient(base_url=f"{fake.base_url}{fake.token}/", timeout=30)

    async def __call__(self, method: str, **asked: Any) -> Any:
        answer = await self.http.post(method, json=asked)
        assert answer.status_code == 200
        return answer.json()


@pytest.fixture
async def ask() -> AsyncIterator[Bare]:
    async with FakeZalo(queues=True) as fake:
        bare = Bare(fake)
        yield bare
        await bare.http.aclose()


def refusal(code: int, description: str) -> dict[str, Any]:
    return {"ok": False, "description": description, "error_code": code}


async def test_failures_come_inside_http_200(ask: Bare) -> None:
    for method in ("sendDocument", "sendFile", "editMessageText", "setMessageReaction", "getme"):
        assert await ask(method) == refusal(404, "Not Found")
    assert await ask("sendMessage", text="x") == refusal(400, "Bad request: The chat_id must not be empty")
    assert await ask("getUpdates", timeout="0") == refusal(408, "Request timeout")
    lan = ask.fake.world.person("Lan")
    assert await ask("sendPhoto", chat_id=lan) == refusal(400, "Bad request: The photo must not be empty")
    for url, why in (("ftp://x/1.jpg", "must start with http:// or https://"), ("", "must not be empty")):
        assert (await ask("sendPhoto", chat_id=lan, photo=url))["description"] == f"Bad request: The photo {why}"


async def test_a_message_has_an_id_in_hex_and_milliseconds(ask: Bare) -> None:
    lan = ask.fake.world.person("Lan")
    said = await ask("sendMessage", chat_id=lan, text="x" * 2000)
    assert said["ok"]
    assert said["error_code"] == 0
    assert len(said["result"]["message_id"]) == 20
    assert int(said["result"]["message_id"], 16)
    assert said["result"]["date"] > 1_600_000_000_000
    assert (await ask("sendMessage", chat_id=lan, text="x" * 2001))["error_code"] == 400
    assert await ask("sendChatAction", chat_id=lan, action="typing") == {"ok": True, "error_code": 0}
    shown = await ask("sendPhoto", chat_id=lan, photo="https://x/1.jpg")
    assert shown["result"]["message_type"] == "CHAT_PHOTO"


async def test_json_a_form_and_the_address_are_read_and_a_body_in_parts_is_not(ask: Bare) -> None:
    lan = ask.fake.world.person("Lan")
    said = {"chat_id": lan, "text": "x"}
    for more in ({"json": said}, {"data": said}, {"params": said}):
        assert (await ask.http.post("sendMessage", **more)).json()["ok"]  # type: ignore[arg-type]
    assert (await ask.http.get("sendMessage", params=said)).json()["ok"]
    in_parts = {name: (None, value) for name, value in said.items()}
    assert (await ask.http.post("sendMessage", files=in_parts)).json()["error_code"] == 400
    broken = await ask.http.post("sendMessage", content=b"{", headers={"content-type": "application/json"})
    assert broken.json()["error_code"] == 400


@pytest.mark.parametrize("wait", ["0", 0])
async def test_one_update_a_call_and_then_it_is_gone(ask: Bare, wait: Any) -> None:
    lan = ask.fake.world.person("Lan")
    for n in range(2):
        ask.fake.world.say(lan, f"xong {n}")
    for n in range(2):
        result = (await ask("getUpdates", timeout=wait, offset=0))["result"]
        assert (result["event_name"], result["message"]["text"]) == ("message.text.received", f"xong {n}")
        assert (result["message"]["chat"], result["message"]["from"]["id"]) == (
            {"id": lan, "chat_type": "PRIVATE"},
            lan,
        )
    assert (await ask("getUpdates", timeout=wait))["error_code"] == 408


async def test_what_comes_while_nobody_polls_is_lost_by_default() -> None:
    async with FakeZalo() as fake:
        fake.world.say(fake.world.person("Lan"), "xong 12")
        assert (fake.world.lost, list(fake.world.waiting)) == (1, [])


async def test_the_state_of_a_webhook(ask: Bare) -> None:
    assert (await ask("getWebhookInfo"))["error_code"] == 404
    assert (await ask("deleteWebhook"))["error_code"] == 400
    assert (await ask("setWebhook", url="http://localhost/z", secret_token="12345678"))["error_code"] == 400
    assert (await ask("setWebhook", url="https://example.org/z", secret_token="1234567"))["error_code"] == 400
    ask.fake.guesses.webhooks_a_day = 1
    nobody = "http://127.0.0.1:9/z"
    done = (await ask("setWebhook", url=nobody, secret_token="12345678"))["result"]
    assert (done["url"], done["verification"]["ok"]) == (nobody, False)
    assert done["verification"]["outcome"] == "webhook.err.conn"
    assert (await ask("getWebhookInfo"))["result"]["url"] == nobody
    assert (await ask("getUpdates", timeout=0))["error_code"] == 400
    too_many = await ask("setWebhook", url=nobody, secret_token="12345678")
    assert json.dumps(too_many).count('"errorCode": 426') == 1
    assert (await ask("deleteWebhook"))["result"]["url"] == ""


async def test_a_month_s_messages_are_counted_one_way_or_both(ask: Bare) -> None:
    lan, guesses = ask.fake.world.person("Lan"), ask.fake.guesses
    guesses.quota, guesses.counts_heard = 2, True
    ask.fake.world.say(lan, "xong 12")
    assert (await ask("sendMessage", chat_id=lan, text="x"))["ok"]
    assert await ask("sendMessage", chat_id=lan, text="x") == refusal(429, "Quota exceeded")
