"""The same questions to every channel. A new channel brings a puppet and is asked them too."""

import asyncio
from collections.abc import Sequence

import pytest

from channels import FILE_LIMIT, Address, File, Raw, Reply, SendFailed
from tests.channels.conftest import PUPPETS, Ear
from tests.channels.puppets import Heard, Puppet
from tests.patience import until

WAYS = [(name, how) for name, kind in PUPPETS.items() for how in kind.failures]


async def last(puppet: Puppet) -> Heard:
    return (await puppet.heard())[-1]


async def test_a_word_in_private(puppet: Puppet, ear: Ear) -> None:
    lan = await puppet.person("Lan")
    await puppet.say(lan, "còn việc gì\ntuần này?")
    said = await ear.next()
    assert (said.channel, said.event) == (puppet.channel.name, "said")
    assert (said.sender, said.address) == (lan, await puppet.private(lan))
    assert said.private
    assert said.addressed
    assert said.text == "còn việc gì\ntuần này?"
    assert (said.files, said.reply_to) == ((), "")


async def test_called_by_name_in_a_room(puppet: Puppet, ear: Ear) -> None:
    minh, room = await puppet.person("Minh"), await puppet.room("Phòng Quản lý Văn hóa")
    await puppet.say(minh, "xong 12", room, mention=True)
    said = await ear.next()
    assert (said.text, said.addressed, said.private) == ("xong 12", True, False)
    assert (said.address, said.sender) == (room, minh)
    assert said.title == ("Phòng Quản lý Văn hóa" if puppet.titled else "")
    assert bool(said.call) == puppet.must_call


async def test_a_command_in_a_room(puppet: Puppet, ear: Ear) -> None:
    minh, room = await puppet.person("Minh"), await puppet.room("Phòng Di sản")
    await puppet.say(minh, "/xong 12", room, mention=puppet.must_call)
    said = await ear.next()
    assert (said.text, said.addressed, said.private) == ("/xong 12", True, False)


async def test_plain_talk_in_a_room_is_not_addressed_to_the_bot(puppet: Puppet, ear: Ear) -> None:
    minh, room = await puppet.person("Minh"), await puppet.room("Phòng Di sản")
    await puppet.say(minh, "chiều nay họp lúc 14h", room)
    await puppet.say(minh, "xong 12")
    said = await ear.next()
    if puppet.overhears:
        assert (said.text, said.addressed, said.address) == ("chiều nay họp lúc 14h", False, room)
        said = await ear.next()
    assert said.text == "xong 12"


async def test_a_reply_to_the_bot_knows_what_it_answers(puppet: Puppet, ear: Ear) -> None:
    hung, room = await puppet.person("Hùng"), await puppet.room("Phòng Di sản")
    for where in (await puppet.private(hung), room):
        await puppet.channel.send(where, Reply("12 Báo cáo rà soát"))
        id = await puppet.channel.send(where, Reply("14 Báo cáo cải cách hành chính"))
        assert (await last(puppet)).id == id
        await puppet.say(hung, "đã nhận", room if where == room else None, reply_to=id)
        said = await ear.next()
        assert (said.text, said.addressed, said.address) == ("đã nhận", True, where)
        assert said.reply_to == (id if puppet.quotes else "")


async def test_an_action_can_be_pressed_or_typed(puppet: Puppet, ear: Ear) -> None:
    thu, room = await puppet.person("Thu"), await puppet.room("Lãnh đạo")
    for where in (await puppet.private(thu), room):
        actions = ("duyệt 14", "không duyệt 14")
        asked = Reply("Phòng Di sản xin gia hạn 14", actions=actions, in_group=where == room)
        id = await puppet.channel.send(where, asked)
        heard = await last(puppet)
        if puppet.channel.shape.buttons:
            assert (heard.text, heard.actions) == ("Phòng Di sản xin gia hạn 14", actions)
        else:
            call = "@Bot Nhắc Việc " if puppet.must_call and where == room else ""
            printed = f"{call}duyệt 14 / {call}không duyệt 14"
            assert heard.text == f"Phòng Di sản xin gia hạn 14\nTrả lời: {printed}"
        await puppet.press(thu, heard, "không duyệt 14")
        said = await ear.next()
        assert (said.text, said.sender, said.address) == ("không duyệt 14", thu, where)
        assert (said.addressed, said.reply_to) == (True, id if puppet.quotes else "")


async def test_a_sentence_too_long_for_a_button_is_not_lost(puppet: Puppet) -> None:
    sentence = "gia hạn 14 đến 20/6 vì chờ số liệu của các đơn vị trực thuộc Sở"
    assert len(sentence.encode()) > 64
    thu = await puppet.person("Thu")
    async with Ear(puppet.channel):
        await puppet.channel.send(await puppet.private(thu), Reply("Đến hạn 14", actions=("xong 14", sentence)))
        heard = await last(puppet)
    assert sentence in heard.text or sentence in heard.actions
    assert "xong 14" in heard.text or "xong 14" in heard.actions


async def test_nothing_said_has_the_id_of_another(puppet: Puppet, ear: Ear) -> None:
    lan = await puppet.person("Lan")
    rooms = [await puppet.room("Phòng Di sản"), await puppet.room("Phòng Quản lý Văn hóa"), None]
    for room in rooms * 2:
        await puppet.say(lan, "/viec", room, mention=room is not None and puppet.must_call)
    said = [await ear.next() for _room in rooms * 2]
    assert [one.address for one in said] == [room or await puppet.private(lan) for room in rooms * 2]
    assert len({one.id for one in said}) == len(said)
    assert len({raw.id for raw in ear.raws}) == len(said)


async def test_an_update_that_cannot_be_read_does_not_stop_the_others(puppet: Puppet, ear: Ear) -> None:
    lan = await puppet.person("Lan")
    await puppet.say(lan, "xong 12")
    assert (await ear.next()).text == "xong 12"
    await puppet.garble()
    await puppet.say(lan, "xong 14")
    assert (await ear.next()).text == "xong 14"
    assert len(ear.raws) == 3


async def test_what_was_not_kept_comes_again_or_its_speaker_is_told(puppet: Puppet) -> None:
    """Whoever keeps dies before it has kept: the update is not confirmed."""
    lan, begun, told = await puppet.person("Lan"), asyncio.Event(), False

    async def never(_raws: Sequence[Raw]) -> None:
        begun.set()
        await asyncio.Event().wait()

    dying = asyncio.create_task(puppet.channel.listen(never))
    saying = asyncio.create_task(puppet.say(lan, "xong 12"))
    await begun.wait()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    try:
        await saying
    except Exception:
        told = True
    async with Ear(puppet.channel) as ear:
        if told:
            await puppet.say(lan, "xong 12")
        assert (await ear.next()).text == "xong 12"


async def test_what_could_not_be_kept_comes_again_or_its_speaker_is_told(puppet: Puppet) -> None:
    """Keeping fails once, and listening goes on."""
    lan, kept, tries = await puppet.person("Lan"), list[Raw](), 0

    async def keep(raws: Sequence[Raw]) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise OSError("disk full")
        kept.extend(raws)

    listening = asyncio.create_task(puppet.channel.listen(keep))
    try:
        await puppet.say(lan, "xong 12")
    except Exception:
        await puppet.say(lan, "xong 12")
    await until(lambda: bool(kept))
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    said = [puppet.channel.decode(raw.body) for raw in kept]
    assert [one.text for one in said if one] == ["xong 12"]


async def test_bold_is_where_it_belongs(puppet: Puppet, ear: Ear) -> None:
    text = "𝐍hắc 😀👩‍👩‍👧 Phòng Quản lý Văn hóa, thứ Năm 01/6\nQuá hạn\n12 Báo cáo rà soát"
    bold = ("Phòng Quản lý Văn hóa", "Quá hạn", "12")
    spans = tuple((text.index(words), len(words)) for words in bold)
    await puppet.channel.send(await puppet.private(await puppet.person("Lan")), Reply(text, spans))
    heard = await last(puppet)
    assert (heard.text, heard.bold) == (text, bold)


async def test_a_long_text_is_said_whole(puppet: Puppet, ear: Ear) -> None:
    """In as many messages as it takes, cut at line ends, its actions under the last one. Beside its letters a line
    counts one for its end and one for the second half of the face."""
    lines = [f"{n} Báo cáo kết quả rà soát thủ tục hành chính số {n} 😀" for n in range(100, 400)]
    text = "\n".join(lines)
    spans = tuple((text.index(line), 3) for line in lines[::10])
    lan = await puppet.private(await puppet.person("Lan"))
    id = await puppet.channel.send(lan, Reply(text, spans, ("xong 100", "xong 101")))
    heard = await puppet.heard()
    assert heard[-1].id == id
    limit = puppet.channel.shape.limit
    assert all(len(one.text.encode("utf-16-le")) // 2 <= limit for one in heard)
    per_message = (limit + 1) // (len(lines[0]) + 2)
    assert len(heard) == -(-len(lines) // per_message)
    assert [line for one in heard for line in one.text.split("\n")][: len(lines)] == lines
    assert [word for one in heard for word in one.bold] == [line[:3] for line in lines[::10]]
    if puppet.channel.shape.buttons:
        assert [one.actions for one in heard] == [()] * (len(heard) - 1) + [("xong 100", "xong 101")]


async def test_a_file_arrives_with_its_content(puppet: Puppet, ear: Ear) -> None:
    lan, content = await puppet.person("Lan"), bytes(range(256)) * 40
    await puppet.say(
        lan, "kế hoạch năm", files=(File("Kế hoạch năm 2023 (bản chính).docx", len(content), content=content),)
    )
    said = await ear.next()
    assert said.text == "kế hoạch năm"
    (file,) = [await puppet.channel.download(file) for file in said.files]
    assert (file.name, file.size, file.content) == ("Kế hoạch năm 2023 (bản chính).docx", len(content), content)


async def test_a_file_over_the_limit_arrives_without_its_content(puppet: Puppet, ear: Ear) -> None:
    lan, content = await puppet.person("Lan"), bytes(FILE_LIMIT + 1)
    await puppet.say(lan, "", files=(File("video.mp4", len(content), content=content),))
    said = await ear.next()
    (file,) = [await puppet.channel.download(file) for file in said.files]
    assert (file.name, file.content) == ("video.mp4", None)
    assert file.size > FILE_LIMIT


@pytest.mark.parametrize(("puppet", "how"), WAYS, indirect=["puppet"])
async def test_a_failure_is_one_of_the_contract(puppet: Puppet, ear: Ear, how: str) -> None:
    where = await puppet.fail(how)
    with pytest.raises(SendFailed) as failed:
        await puppet.channel.send(where, Reply("12 Báo cáo rà soát"))
    assert type(failed.value) is puppet.failures[how]
    assert "rà soát" not in f"{failed.value!r} {failed.value}"


FILES = [
    (File("Báo cáo «quý I» số 45/BC.docx", 2560, content=bytes(range(256)) * 10, path="/kho/ab/ab12"), False),
    (File("ảnh hiện trường.jpg", 1027, content=b"\xff\xd8\xff" + bytes(1024), path="/kho/cd/cd34"), True),
    (File("ảnh không đọc được.jpg", 4, content=b"none", path="/kho/ef/ef56"), True),
]


@pytest.mark.parametrize(("file", "picture"), FILES)
async def test_a_file_is_sent_or_it_is_said_what_there_is(
    puppet: Puppet, ear: Ear, file: File, *, picture: bool
) -> None:
    thu, text = await puppet.person("Thu"), "70 Báo cáo quý I"
    reply = Reply(text, ((3, 7),), ("việc 70",), **{"picture" if picture else "file": file})
    for where in (await puppet.private(thu), await puppet.room("Phòng Di sản")):
        id = await puppet.channel.send(where, reply)
        heard = await last(puppet)
        assert (heard.address, heard.id, heard.bold) == (where, id, ("Báo cáo",))
        if puppet.channel.shape.file_limit:
            assert (heard.text, heard.content, heard.actions) == (text, file.content, ("việc 70",))
            assert heard.file == file.name
        else:
            assert heard.text.splitlines()[:2] == [
                text,
                f"Tệp {file.name} ({max(1, file.size // 1024)} KB): {file.path}",
            ]
        await puppet.say(thu, "đã nhận", None if where.chat.endswith(thu.id) else where, reply_to=id)
        assert (await ear.next()).reply_to == (id if puppet.quotes else "")


async def test_a_long_text_goes_before_its_file(puppet: Puppet, ear: Ear) -> None:
    thu, lines = await puppet.person("Thu"), [f"{n} Báo cáo kết quả rà soát thủ tục hành chính" for n in range(60)]
    await puppet.channel.send(await puppet.private(thu), Reply("\n".join(lines), file=FILES[0][0]))
    heard = await puppet.heard()
    assert [line for one in heard for line in one.text.splitlines()][: len(lines)] == lines
    if puppet.channel.shape.file_limit:
        assert [one.file for one in heard if one.file] == [FILES[0][0].name]
        assert heard[-1].content == FILES[0][0].content


@pytest.mark.parametrize(("puppet", "how"), WAYS, indirect=["puppet"])
async def test_a_failure_of_a_file_is_the_same(puppet: Puppet, ear: Ear, how: str) -> None:
    where = await puppet.fail(how, file=True)
    with pytest.raises(SendFailed) as failed:
        await puppet.channel.send(where, Reply("12 Báo cáo rà soát", file=FILES[0][0]))
    assert type(failed.value) is puppet.failures[how]
    assert "rà soát" not in f"{failed.value!r} {failed.value}"
    assert "quý I" not in f"{failed.value!r} {failed.value}"


async def test_the_doctor_finds_it_well(puppet: Puppet, ear: Ear) -> None:
    found = await puppet.channel.check()
    assert found
    assert all(one.well and one.about and one.seen for one in found)


async def test_nobody_is_spoken_to_elsewhere(puppet: Puppet, ear: Ear) -> None:
    lan, minh = await puppet.person("Lan"), await puppet.person("Minh")
    where: list[Address] = [await puppet.private(minh), await puppet.room("Phòng Di sản"), await puppet.private(lan)]
    for one in where:
        await puppet.channel.send(one, Reply("Đã ghi nhận."))
    assert [heard.address for heard in await puppet.heard()] == where
