"""What people type, and what comes of it: nothing is recorded on words that may mean something else."""

import unicodedata

import pytest
from sqlmodel import select

from handlers import load
from schedules.tell import Kind
from storage.models import Delivery
from tests.handlers.conftest import Conversation

DONE = [
    "xong 70",
    "Xong 70",
    "XONG 70",
    "/xong 70",
    "xong 070",
    "xong 70.",
    "xong 70!",
    "Xong 70 nhé ạ",
    "xong việc số 70",
    "xong viec 70 roi",
    "việc 70 xong rồi",
    "70 xong",
    "70, xong",
    "xong70",
    "x70",
    "70xong",
    "song 70",
    "xog 70",
    "x 70",
    "ok 70",
    "hoàn thành 70",
    "đã nộp 70",
    "đã gửi 70",
    "nộp rồi 70",
    "xong 70 ✅",
    "xong\u00a070",
    "xo\u200bng 70",
    "\ufeffxong 70",
    "xong\n70",
    "  xong   70  ",
    "xong: 70",
    "xong (70)",
    "xong 70, đã gửi qua trục văn bản",
    "xong 70 số 45/BC-QLVH ngày 30/5",
    "xong 70 theo công văn số 45/BC-QLVH",
    "không phát sinh 70",
    unicodedata.normalize("NFD", "hoàn thành việc 70 rồi ạ"),
]
NOT_DONE = [
    "chưa xong 70",
    "70 chưa xong",
    "gần xong 70",
    "sắp xong 70",
    "xong chưa?",
    "70 xong chưa?",
    "70 xong chưa",
    "xong 70 chưa",
    "xong 70?",
    "xong 70 đâu",
    "đang trình ký 70",
    "70 đang trình ký",
    "xong 70 đang trình ký",
    "chờ lãnh đạo ký 70",
    "xong 70, chờ ký",
    "xong 70 cho lanh dao duyet",
    "không xong 70",
    "xong 70 thì báo nhé, chưa gửi vội",
    "mai xong 70",
    "xong 70 ngày mai",
    "xong 70 phút nữa",
    "xong 70 ngày nữa",
    "xong 70 việc",
    "xong 70 báo cáo",
    "xong 70 người",
    "xong 70%",
    "xong 70/82",
    "xong 70-82",
    "xong -70",
    "xong 70 ngày 30/5",
    "xong 70 số 45",
    "xong 70 số 45/BC-QLVH ngày 31/6",
    "xong 70 số 45/BC-QLVH ngày 30/7",
    "xong 70 số 45/BC-QLVH ngày 00/5",
    "xonh 70",
    "đóng 70",
    "ok 70 bác qua họp",
    "x 70 là bao nhiêu",
    "ok",
    "x",
    "xong",
    "vâng",
    "đồng ý",
    "KH1",
    "đồng ý KH1",
    "70",
    "/70",
    "xong " + "9" * 40,
    "9" * 4000,
    "xong " + "7 " * 2000,
    "xong 70 " + "a" * 4000,
    "xong 70 " + "rất dài " * 500 + "?",
    "/xong",
    "/xong@",
    "",
    "   ",
    "\u200b",
    "🎉" * 900,
    "?",
    "/",
    "<b>xong 70</b>",
    "nhầm",
    "hoàn tác",
]


@pytest.mark.parametrize("said", DONE, ids=ascii)
def test_recorded(office: Conversation, said: str) -> None:
    office.say("Minh", said)
    assert office.done() == {70}


@pytest.mark.parametrize("said", NOT_DONE, ids=lambda said: ascii(said)[:60])
def test_not_recorded(office: Conversation, said: str) -> None:
    answers = office.say("Minh", said)
    assert office.done() == set()
    assert all(len(answer) < 1500 for answer in answers)


@pytest.mark.parametrize(
    "said",
    [
        "xong",
        "xong rồi nhé",
        "ok",
        "ok 70 bác qua họp",
        "ok 2 tuần nữa",
        "x 2",
        "song song với việc này",
        "nhầm",
        "nhầm rồi",
        "việc này để mai",
        "tuần này",
        "tuần này họp",
        "trễ",
        "giúp",
        "giúp với",
        "kế hoạch tuần này thế nào",
        "đồng ý",
        "nhất trí",
        "hạn",
        "nguồn",
        "nói thật",
        "xong 3 việc",
        "12",
        "1",
        "xonh 70",
        "tiến độ thế nào rồi em",
    ],
)
def test_overheard_talk_is_left_alone(office: Conversation, said: str) -> None:
    assert office.say("Minh", said, "QLVH", addressed=False) == []
    assert office.done() == set()


@pytest.mark.parametrize("said", ["xong 70", "70 xong", "ok 70", "đã nộp 70", "xong 70 nhé"])
def test_overheard_results_are_recorded(office: Conversation, said: str) -> None:
    office.say("Minh", said, "QLVH", addressed=False)
    assert office.done() == {70}


def test_several_at_once(office: Conversation) -> None:
    for said in ("xong 1 58 70", "xong 1, 58 và 70", "xong 1;58;70", "xong việc 1 và việc 58, 70", "1 58 70 xong"):
        with office.session.begin_nested() as attempt:
            office.say("Minh", said)
            assert office.done() == {1, 58, 70}, said
            attempt.rollback()


def test_a_late_document_is_late_and_an_early_one_is_not(office: Conversation) -> None:
    office.later(days=7)
    office.say("Minh", "xong 70 số 45/BC-QLVH ngày 02/6/23")
    deadline = office.deadline(70)
    assert (deadline.document, str(deadline.document_day)) == ("45/BC-QLVH", "2023-06-02")
    assert "đúng hạn" in office.say("Minh", "việc 70")[0]


def test_the_answer_to_a_question_is_a_code_and_never_a_place_in_the_list(office: Conversation) -> None:
    office.say("Minh", "xong")
    office.say("Minh", "2")
    assert office.done() == set()
    office.say("Minh", "58")
    assert office.done() == {58}
    office.say("Minh", "70")
    assert office.done() == {58}, "the question is closed"


def test_somebody_elses_question(office: Conversation) -> None:
    office.say("Minh", "xong", "QLVH")
    office.say("Hùng", "70", "QLVH")
    assert office.done() == set()
    office.say("Minh", "70", "Sở")
    assert office.done() == set()
    office.say("Minh", "70", "QLVH")
    assert office.done() == {70}


def test_the_newer_of_two_questions(office: Conversation) -> None:
    office.say("Minh", "xong số 1/BC-QLVH ngày 02/5")
    office.say("Minh", "không phát sinh")
    office.say("Minh", "70")
    deadline = office.deadline(70)
    assert deadline.nothing_to_report
    assert not deadline.document


def test_a_question_is_forgotten_after_three_days(office: Conversation) -> None:
    office.say("Minh", "xong")
    office.later(days=3, minutes=1)
    office.say("Minh", "70")
    assert office.done() == set()


def test_an_overheard_number_answers_only_a_fresh_question(office: Conversation) -> None:
    office.say("Minh", "xong", "QLVH")
    office.later(minutes=16)
    assert office.say("Minh", "70", "QLVH", addressed=False) == []
    office.say("Minh", "xong", "QLVH")
    office.later(minutes=14)
    office.say("Minh", "70", "QLVH", addressed=False)
    assert office.done() == {70}


def test_a_reply_to_a_message_about_one_deadline(office: Conversation) -> None:
    office.say("Minh", "việc 70", "QLVH")
    message = office.question_from("Minh", "QLVH")
    office.later(days=40)
    office.say("Minh", "ok", "QLVH", reply_to=message)
    assert office.done() == set(), "«ok» alone says nothing"
    office.say("Minh", "nộp rồi ạ", "QLVH", reply_to=message)
    assert office.done() == {70}


def test_a_reply_to_a_message_that_nobody_remembers(office: Conversation) -> None:
    office.say("Minh", "xong", "QLVH", reply_to="12345")
    assert office.done() == set()


def test_an_old_button_takes_back_what_its_message_recorded(office: Conversation) -> None:
    office.say("Minh", "xong 70", "QLVH")
    message = office.question_from("Minh", "QLVH")
    office.later(minutes=5)
    office.say("Minh", "xong 58", "QLVH")
    office.say("Hùng", "hoàn tác", "QLVH", reply_to=message)
    assert office.done() == {58, 70}, "not his"
    office.say("Minh", "hoàn tác", "QLVH", reply_to=message)
    assert office.done() == {58}
    office.say("Minh", "hoàn tác", "QLVH", reply_to=message)
    assert office.done() == {58}


def test_a_year_alone_is_no_day(office: Conversation) -> None:
    office.say("Lan", "hỏi KH1")
    assert "28/2/2023" in office.say("Lan", "năm 2023")[0]
    assert "31/12" not in office.say("Lan", "năm 2023")[0]


def test_a_number_that_is_no_choice(office: Conversation) -> None:
    office.say("Lan", "hỏi KH1")
    assert office.say("Lan", "9") == ["Không có lựa chọn 9. Xin trả lời bằng số trong danh sách, hoặc ghi ngày."]
    assert "28/2/2023" in office.say("Lan", "1")[0]


@pytest.mark.parametrize("said", ["xin chào", "🎉", "KH1", "ABC xyz", "tối mai họp"])
def test_strange_words_in_private_and_in_a_group(office: Conversation, said: str) -> None:
    assert "/trogiup" in office.say("Minh", said)[0]
    assert office.say("Minh", said, "QLVH", addressed=False) == []


def test_no_name_is_one_letter_from_anothers_meaning() -> None:
    router = load()
    for said in ("mai", "nói 12", "đường 12", "công 12", "trong 12 ngày", "chưa 12"):
        route = router.route(said)
        assert route is None or route.slip or route.command.name == "bắt đầu", said
    for said in ("thời tiết", "khó quá", "dã nhận"):
        route = router.route(said)
        assert route is None or route.command.name == "đã nhận", said


PREVIEW = "giao\n1. QLVH: báo cáo lễ hội trước 15/6\n2. TCPC: rà soát quy chế trước 16/6"


def test_a_choice_of_an_open_question_is_its_answer_before_it_is_a_command(office: Conversation) -> None:
    office.say("Lan", PREVIEW)
    assert any("Đã giao 2 việc" in answer for answer in office.say("Lan", "đồng ý"))
    assert office.say("Lan", "đồng ý giao") == ["Câu hỏi này không còn chờ trả lời."]


def test_a_reply_to_another_message_is_about_that_message(office: Conversation) -> None:
    office.later(minutes=1)
    office.say("Lan", PREVIEW)
    office.later(minutes=1)
    office.say("Minh", "gia hạn 70 đến 20/6 vì chờ số liệu")
    asked = office.session.exec(select(Delivery).where(Delivery.kind == Kind.EXTENSION)).one()
    asked.message = "asked"
    office.later(minutes=1)
    office.say("Lan", "đồng ý", reply_to="asked")
    assert str(office.deadline(70).due) == "2023-06-20"
    assert any("Đã giao 2 việc" in answer for answer in office.say("Lan", "đồng ý giao"))


@pytest.mark.parametrize("said", ["mai 15/6 họp nhé", "14 người đi xe", "cảm ơn", "9", "năm nay vui quá"])
def test_overheard_talk_answers_no_doubt(office: Conversation, said: str) -> None:
    office.say("Lan", "hỏi KH1", "QLVH")
    assert office.say("Lan", said, "QLVH", addressed=False) == []
