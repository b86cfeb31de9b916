"""What the local web chat promises beyond the channel contract: who may ask it, what it keeps, how it stops."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Any

import httpx
import pytest

from channels import FILE_LIMIT, Actor, Address, File, Later, Never, Raw, Reply, Room
from channels.web import WebChannel
from tests.channels.puppet_web import FakeStage
from tests.patience import PATIENCE

SAY = {"actor": "minh", "room": "disan", "text": "xong 12"}


def channel(transcript: Path | None = None, port: int = 0) -> WebChannel:
    stage = FakeStage()
    stage.cast(Actor("minh", "Minh", "Đầu mối"))
    stage.rooms(Room("disan", "Phòng Di sản"))
    return WebChannel(stage, transcript, port=port)


@asynccontextmanager
async def listening(web: WebChannel) -> AsyncIterator[tuple[httpx.AsyncClient, list[Raw]]]:
    raws: list[Raw] = []

    async def keep(new: Sequence[Raw]) -> None:
        raws.extend(new)

    task = asyncio.create_task(web.listen(keep))
    origin = web.url.rstrip("/")
    try:
        async with httpx.AsyncClient(base_url=origin, headers={"Origin": origin}, trust_env=False) as client:
            yield client, raws
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def shown(client: httpx.AsyncClient) -> list[str]:
    return [line["text"] for line in (await client.get("/state")).json()["lines"]]


async def test_it_is_reached_from_this_machine_only() -> None:
    web = channel()
    port = httpx.URL(web.url).port
    assert web._bound().getsockname() == ("127.0.0.1", port)
    async with listening(web) as (client, _raws):
        assert (await client.get("/state")).status_code == 200
        assert (await client.get("/state", headers={"Host": f"localhost:{port}"})).status_code == 200


@pytest.mark.parametrize("host", ["rebound.example", "rebound.example:{port}", "127.0.0.1", "localhost:1", ""])
@pytest.mark.parametrize("path", ["/", "/state", "/events", "/page.js"])
async def test_another_name_for_this_machine_is_refused(host: str, path: str) -> None:
    web = channel()
    async with listening(web) as (client, _raws):
        answer = await client.get(path, headers={"Host": host.format(port=httpx.URL(web.url).port)})
        assert (answer.status_code, answer.content) == (403, b"")


@pytest.mark.parametrize("origin", [None, "null", "http://elsewhere.example", "https://{host}", "http://127.0.0.1"])
@pytest.mark.parametrize("path", ["/say", "/move"])
async def test_a_page_elsewhere_cannot_drive_it(origin: str | None, path: str) -> None:
    web = channel()
    stage = web._stage
    assert isinstance(stage, FakeStage)
    async with listening(web) as (client, raws):
        if origin is None:
            del client.headers["Origin"]
        else:
            client.headers["Origin"] = origin.format(host=httpx.URL(web.url).netloc.decode())
        assert (await client.post(path, json=SAY)).status_code == 403
        assert (raws, stage.moved) == ([], [])


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (SAY | {"actor": "nobody"}, 400),
        (SAY | {"room": "nowhere"}, 400),
        (SAY | {"text": "  "}, 400),
        (SAY | {"files": [{"name": "a", "content": "not base64"}]}, 400),
        (SAY | {"files": "all of them"}, 400),
        ([SAY], 400),
        (SAY | {"text": "a" * (3 * FILE_LIMIT)}, 413),
    ],
)
async def test_a_request_that_makes_no_sense_is_refused_in_words(asked: Any, status: int) -> None:
    async with listening(channel()) as (client, raws):
        answer = await client.post("/say", json=asked)
        assert answer.status_code == status
        assert answer.json()["error"].endswith(".")
        assert raws == []
        assert await shown(client) == []


async def test_it_stops_at_once_though_pages_are_open() -> None:
    web = channel()
    ready = asyncio.Event()

    async def keep(raws: Sequence[Raw]) -> None: ...

    async def watch() -> list[str]:
        async with (
            httpx.AsyncClient(timeout=None, trust_env=False) as client,
            client.stream("GET", f"{web.url}events") as events,
        ):
            ready.set()
            return [line async for line in events.aiter_lines()]

    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    task = asyncio.create_task(web.listen(keep))
    watching = asyncio.create_task(watch())
    await asyncio.wait_for(ready.wait(), PATIENCE)
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == handlers
    task.cancel()
    await asyncio.wait_for(asyncio.gather(task, return_exceptions=True), PATIENCE)
    assert await asyncio.wait_for(watching, PATIENCE) != []


async def test_it_can_listen_again_at_the_same_place() -> None:
    web = channel()
    first = web.url
    async with listening(web) as (client, _raws):
        await client.get("/state")
    async with listening(web) as (client, _raws):
        assert (await client.get("/state")).status_code == 200
        assert web.url == first


async def test_a_taken_port_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        web = channel(port=taken.getsockname()[1])
        assert [finding.well for finding in await web.check()] == [False]
        with pytest.raises(OSError, match="in use"):
            _ = web.url
    assert [finding.well for finding in await web.check()] == [True]
    await web.close()


async def test_words_go_only_where_somebody_is(tmp_path: Path) -> None:
    web = channel()
    for chat in ("me:nobody", "nowhere", "minh", ""):
        with pytest.raises(Never):
            await web.send(Address(chat), Reply("Phòng Di sản"))
    assert await web.send(Address("me:minh"), Reply("một")) != await web.send(Address("disan"), Reply("hai"))
    (tmp_path / "file").touch()
    with pytest.raises(Later):
        await channel(tmp_path / "file" / "transcript").send(Address("disan"), Reply("ba"))


async def test_a_torn_transcript_loses_only_its_torn_line(tmp_path: Path) -> None:
    transcript = tmp_path / "transcript"
    before = channel(transcript)
    await before.send(Address("disan"), Reply("một"))
    await before.send(Address("disan"), Reply("hai\u2028hai"))
    whole = transcript.read_text("utf-8")
    torn = whole.splitlines()[1][:40]
    transcript.write_text(f'{whole}{{"id": "x"}}\n[]\n{{"gone": []}}\n{torn}', "utf-8")
    await channel(transcript).send(Address("disan"), Reply("ba"))
    async with listening(channel(transcript)) as (client, _raws):
        assert await shown(client) == ["một", "hai\u2028hai", "ba"]


async def test_a_line_that_was_not_kept_is_not_shown_again(tmp_path: Path) -> None:
    transcript = tmp_path / "transcript"
    web = channel(transcript)

    async def failing(raws: Sequence[Raw]) -> None:
        raise ConnectionError

    async with listening(web) as (client, _raws):
        await client.get("/state")
        web._keep = failing
        assert (await client.post("/say", json=SAY)).status_code == 503
        assert await shown(client) == []
    async with listening(channel(transcript)) as (client, _raws):
        assert await shown(client) == []


async def test_an_answer_stands_below_what_it_answers() -> None:
    web = channel()

    async def answering(raws: Sequence[Raw]) -> None:
        await web.send(Address("disan"), Reply("Đã ghi nhận 12."))

    async with listening(web) as (client, _raws):
        await client.get("/state")
        web._keep = answering
        await client.post("/say", json=SAY)
        assert await shown(client) == ["xong 12", "Đã ghi nhận 12."]


async def test_every_update_has_its_own_id_across_restarts(tmp_path: Path) -> None:
    ids = set()
    for _ in range(2):
        web = channel(tmp_path / "transcript")
        async with listening(web) as (client, raws):
            for _ in range(2):
                await client.post("/say", json=SAY)
        ids |= {raw.id for raw in raws}
        assert {web.decode(raw.body).id for raw in raws} <= ids  # type: ignore[union-attr]
    assert len(ids) == 4


async def test_the_office_time_is_the_offices_whatever_zone_the_stage_thinks_in() -> None:
    web = channel()
    stage = web._stage
    assert isinstance(stage, FakeStage)
    assert stage.shown.next is not None
    stage.shown = replace(stage.shown, next=stage.shown.next.astimezone(UTC))
    async with listening(web) as (client, _raws):
        scene = (await client.get("/state")).json()["scene"]
        assert (scene["now"], scene["next"]) == ("2023-06-01T08:00+07:00", "2023-06-02T08:00+07:00")


async def test_nothing_is_left_of_a_line_that_is_forgotten(tmp_path: Path) -> None:
    file = tmp_path / "said.jsonl"
    web = channel(file)
    async with listening(web) as (client, raws):
        await client.post("/say", json=SAY | {"text": "kế hoạch số bảy"})
        await client.post("/say", json=SAY | {"text": "còn việc gì"})
        secret = web.decode(raws[0].body)
        assert secret is not None
        await web.forget(secret)
        assert await shown(client) == ["còn việc gì"]
    assert "số bảy" not in file.read_text("utf-8")
    async with listening(channel(file)) as (client, _raws):
        assert await shown(client) == ["còn việc gì"]


SENT = File('<b>"Báo cáo"</b>\r\n../../../etc/passwd.html', 8, content=b"<script>")


async def test_a_file_is_saved_and_never_opened(tmp_path: Path) -> None:
    transcript = tmp_path / "thu.jsonl"
    for _start in range(2):  # the link is good after a restart
        web = channel(transcript)
        async with listening(web) as (client, _raws):
            if not transcript.exists():
                await web.send(Address("disan"), Reply("70 Báo cáo", file=SENT))
            (line,) = (await client.get("/state")).json()["lines"]
            answer = await client.get(f"/file/{line['id']}")
            assert (answer.status_code, answer.content) == (200, b"<script>")
            assert answer.headers["content-type"] == "application/octet-stream"
            assert answer.headers["x-content-type-options"] == "nosniff"
            disposition = answer.headers["content-disposition"]
            assert disposition.startswith("attachment; filename*=UTF-8''")
            assert not set('/\\\r\n<>"') & set(disposition)
            elsewhere = await client.get(f"/file/{line['id']}", headers={"Host": "rebound.example"})
            assert (elsewhere.status_code, elsewhere.content) == (403, b"")
        await web.close()
    assert (tmp_path / "thu.tep" / line["id"]).read_bytes() == b"<script>"


@pytest.mark.parametrize("asked", ["none", "..%2Fthu.jsonl", "%2e%2e%2fthu.jsonl", "../thu.jsonl", "%00", "a/b"])
async def test_no_other_file_is_given_out(tmp_path: Path, asked: str) -> None:
    web = channel(tmp_path / "thu.jsonl")
    async with listening(web) as (client, _raws):
        await web.send(Address("disan"), Reply("70 Báo cáo", file=SENT))
        await client.post("/say", json=SAY | {"files": [{"name": "a", "size": 1, "content": "YQ=="}]})
        mine = next(line["id"] for line in (await client.get("/state")).json()["lines"] if line["who"])
        for id in (asked, mine):
            answer = await client.get(f"/file/{id}")
            assert answer.status_code in (404, 400)
            assert b"script" not in answer.content


async def test_a_file_whose_folder_is_gone_is_said_to_be_gone(tmp_path: Path) -> None:
    web = channel(tmp_path / "thu.jsonl")
    async with listening(web) as (client, _raws):
        id = await web.send(Address("disan"), Reply("70 Báo cáo", file=SENT))
        (tmp_path / "thu.tep" / id).unlink()
        answer = await client.get(f"/file/{id}")
        assert (answer.status_code, answer.json()["error"]) == (404, "Tệp này không còn ở đây.")
