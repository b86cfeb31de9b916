"""The local web chat as an office on Zalo gets it: what is shown, what reaches the bot."""

from typing import Any

import httpx
import pytest

from channels import Address, Reply, page, units
from channels.zalo import LIMIT
from tests.channels.test_web import SAY, channel, listening

CALL = "@Bot Nhắc Việc"


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        (f"{CALL} xong 12", "xong 12"),
        (f"{CALL}, xong 12", "xong 12"),
        (f"xong 12 {CALL}", "xong 12"),
        (f"nhờ {CALL} ghi xong 12", "nhờ ghi xong 12"),
        ("@bot  nhắc việc xong 12", "xong 12"),
        (f"{CALL}\nxong 12\nsố 45", "xong 12\nsố 45"),
        (CALL, ""),
        ("xong 12", None),
        ("/viec", None),
        ("Bot Nhắc Việc xong 12", None),
        ("@Bot Nhắc Việcxong 12", None),
        ("lan@Bot Nhắc Việc", None),
    ],
)
async def test_in_a_group_it_hears_only_its_name(said: str, heard: str | None) -> None:
    web = channel()
    async with listening(web) as (client, raws):
        assert (await client.post("/like", json={"zalo": True})).json() == {"zalo": True}
        (await client.post("/say", json=SAY | {"text": said})).raise_for_status()
        (line,) = (await client.get("/state")).json()["lines"]
        assert (line["text"], line["unheard"]) == (said, heard is None)
        told = [web.decode(raw.body) for raw in raws]
        assert [one and (one.text, one.addressed, one.call) for one in told] == (
            [] if heard is None else [(heard, True, CALL)]
        )


async def test_an_answer_to_the_bot_is_heard_but_not_which_of_its_messages() -> None:
    web = channel()
    web.zalo = True
    async with listening(web) as (client, raws):
        id = await web.send(Address("disan"), Reply("Quá hạn", actions=("xong 12",), in_group=True))
        await client.post("/say", json=SAY | {"reply_to": id})
        await client.post("/say", json=SAY | {"room": None})
        in_group, private = [web.decode(raw.body) for raw in raws]
        assert in_group
        assert private
        assert (in_group.text, in_group.addressed, in_group.reply_to, in_group.call) == ("xong 12", True, "", CALL)
        assert (private.text, private.addressed, private.call) == ("xong 12", True, "")
        assert (await client.get("/state")).json()["lines"][1]["reply_to"] == id


async def test_no_file_is_taken() -> None:
    web = channel()
    web.zalo = True
    async with listening(web) as (client, raws):
        answer = await client.post("/say", json=SAY | {"files": [{"name": "a.docx", "size": 1, "content": "eA=="}]})
        assert (answer.status_code, raws) == (400, [])
        assert "gửi tệp" in answer.json()["error"]


async def lines(client: httpx.AsyncClient, zalo: bool) -> list[dict[str, Any]]:
    await client.post("/like", json={"zalo": zalo})
    shown: list[dict[str, Any]] = (await client.get("/state")).json()["lines"]
    return shown


async def test_what_was_said_is_shown_either_way() -> None:
    web = channel()
    rows = [f"{n} Kiểm kê hiện vật đợt {n} 𠀋" for n in range(100, 200)]
    text = "\n".join(["Quá hạn", *rows])
    async with listening(web) as (client, _raws):
        web.zalo = True
        id = await web.send(Address("disan"), Reply(text, bold=((0, 7),), actions=("xong 100",), in_group=True))
        await web.send(Address("me:minh"), Reply("Đã ghi nhận 12.", actions=("hoàn tác",)))
        *parts, private = await lines(client, zalo=True)
        assert len(parts) == 2
        assert all(units(part["text"]) <= LIMIT and not part["actions"] for part in parts)
        assert "\n".join(part["text"] for part in parts) == f"{text}\nTrả lời: {CALL} xong 100"
        assert [part["bold"] for part in parts] == [[[0, 7]], []]
        assert ([part["id"] for part in parts], parts[0]["id"] == id) == ([f"{id}.1", id], False)
        assert private["text"] == "Đã ghi nhận 12.\nTrả lời: hoàn tác"
        assert web.shape.limit == LIMIT
        whole, private = await lines(client, zalo=False)
        assert (whole["text"], whole["actions"], private["actions"]) == (text, ["xong 100"], ["hoàn tác"])
        assert web.shape.limit > LIMIT


def test_the_switch_is_there_in_both_languages() -> None:
    assert "Xem như" in page.html("vi", ())
    assert "Show as" in page.html("en", ())
