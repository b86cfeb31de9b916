"""The judge lets a faultless February pass and finds each thing that can be wrong with it."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

from channels import Address
from tests.year.faulty import Attempt, Fate
from tests.year.judge import Judge
from tests.year.oracle import Group, Oracle, Owed, WorkDays
from tests.year.reading import differs, read

ICT = timezone(timedelta(hours=7))
GROUP = Group("nhóm A", frozenset({"A"}), date(2023, 1, 1))
ORACLE = Oracle(
    WorkDays.from_file(),
    [Owed(7, "A", "Báo cáo quý I.", "report", "KH1", datetime(2023, 1, 9, tzinfo=ICT), date(2023, 3, 5))],
)
MOMENTS = [
    datetime(2023, 2, 20, hour, minute, tzinfo=ICT) + timedelta(days=n)
    for n in range(10)
    for hour, minute in ((7, 59), (8, 0), (8, 2), (12, 0), (17, 45))
]
SOON = "Phòng A, {when}\nSắp đến hạn\n7 Báo cáo quý I, Chủ nhật 05/3\nTrả lời: xong 7"


def said(day: int, hour: int = 8, minute: int = 0, fate: Fate = Fate.SAID, text: str = "") -> Attempt:
    when = {22: "thứ Tư 22/02", 23: "thứ Năm 23/02", 26: "Chủ nhật 26/02", 28: "thứ Ba 28/02"}[day]
    at = datetime(2023, 2, day, hour, minute, tzinfo=ICT)
    return Attempt(at, Address("a"), text or SOON.format(when=when), (), fate)


def again(attempt: Attempt) -> Attempt:
    return replace(attempt, text=f"{attempt.text}\n(gửi lại)")


def judged(*attempts: Attempt, moments: list[datetime] = MOMENTS) -> Judge:
    judge = Judge(ORACLE, read, lambda seen, want: differs(seen, want, ORACLE))
    judge.group(GROUP, sorted(attempts, key=lambda a: a.at), moments)
    return judge


def test_a_good_week_passes() -> None:
    figures = judged(said(22), said(28)).figures
    assert figures.wrong == []
    assert (figures.mornings, figures.said, figures.silent, figures.doubled) == (2, 2, 6, 0)


def test_faults_are_allowed_what_they_explain() -> None:
    assert judged(said(22, fate=Fate.LATER), said(22, 8, 2), said(28)).figures.wrong == []
    unknown = judged(said(22, fate=Fate.UNKNOWN_HEARD), again(said(22, 8, 2)), said(28)).figures
    assert (unknown.wrong, unknown.doubled) == ([], 1)
    carried = judged(said(22, fate=Fate.NEVER), said(23), said(28)).figures
    assert (carried.wrong, carried.carried) == ([], 1)
    asleep = [moment for moment in MOMENTS if moment.day != 22]
    assert judged(said(23), said(28), moments=asleep).figures.wrong == []


def test_each_fault_of_the_bot_is_seen() -> None:
    cases = {
        "a morning missing": [said(28)],
        "said twice": [said(22), again(said(22, 8, 2)), said(28)],
        "not said again": [said(22, fate=Fate.UNKNOWN_LOST), said(28)],
        "said again unmarked": [said(22, fate=Fate.UNKNOWN_HEARD), said(22, 8, 2), said(28)],
        "marked for nothing": [again(said(22)), said(28)],
        "before eight": [said(22, 7, 59), said(28)],
        "after half past five": [said(22, fate=Fate.LATER), said(22, 17, 45), said(28)],
        "on a Sunday": [said(22), said(26), said(28)],
        "with nothing called": [said(22), said(23), said(28)],
        "what failed is not carried": [said(22, fate=Fate.NEVER), said(28)],
        "another code": [said(22, text=SOON.format(when="thứ Tư 22/02").replace("7 Báo", "8 Báo")), said(28)],
        "another heading": [said(22, text=SOON.format(when="thứ Tư 22/02").replace("Sắp đến", "Quá")), said(28)],
        "another day of the week": [said(22, text=SOON.format(when="thứ Năm 22/02")), said(28)],
        "another date": [said(22, text=SOON.format(when="thứ Tư 22/02").replace("05/3", "06/4")), said(28)],
        "another title": [said(22, text=SOON.format(when="thứ Tư 22/02").replace("quý I", "năm")), said(28)],
        "an unknown line": [said(22, text=SOON.format(when="thứ Tư 22/02") + "\nXin chào"), said(28)],
        "a wrong remainder": [said(22, text=SOON.format(when="thứ Tư 22/02") + "\nvà 2 việc khác: /viec"), said(28)],
    }
    assert [name for name, attempts in cases.items() if not judged(*attempts).figures.wrong] == []
