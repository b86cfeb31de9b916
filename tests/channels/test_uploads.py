"""What came by a web link is said in the chat for which the link was given."""

import json

from channels import FILE_LIMIT, Address, File, Sender
from channels.uploads import raw, told


def test_what_is_stored_says_who_sent_what_where() -> None:
    files = (File("báo cáo.docx", 3, content=b"abc"), File("lớn.pdf", FILE_LIMIT + 1), File("rỗng.txt", 0, content=b""))
    stored = raw("7f", Address("zgr-1", "t"), False, Sender("u1", "Minh"), "xong 12", files)
    said = told("zalo", json.loads(stored.body))
    assert said is not None
    assert (stored.id, said.id, said.channel) == ("upload:7f", "upload:7f", "zalo")
    assert (said.address, said.private, said.sender) == (Address("zgr-1", "t"), False, Sender("u1", "Minh"))
    assert (said.text, said.files, said.addressed, said.event) == ("xong 12", files, True, "said")


def test_a_file_over_the_limit_travels_without_its_content() -> None:
    large = File("lớn.pdf", FILE_LIMIT + 1, content=bytes(FILE_LIMIT + 1))
    said = told("zalo", json.loads(raw("1", Address("u1"), True, Sender("u1", "Minh"), "", [large]).body))
    assert said is not None
    assert said.private
    assert said.files == (File("lớn.pdf", FILE_LIMIT + 1),)


def test_the_messengers_own_updates_are_none_of_these() -> None:
    assert told("zalo", {"event_name": "message.text.received", "message": {}}) is None
