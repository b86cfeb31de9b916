"""Doubts: what a reading could not settle, as a value; worded here for whoever reads it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from lang.spoken_days import day_words_with_year
from lang.text import _


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing a careful officer would ask about.

    `code` names the kind («year_mismatch», «no_such_day» …), `args` fill its sentence, `dates` are the dates that
    stay unsettled because of it, `suggest` what the answer probably is (offered as a choice, never taken).
    """

    code: str
    args: dict[str, str] = field(default_factory=dict)
    dates: tuple[date, ...] = ()
    suggest: tuple[date, ...] = ()


def words(doubt: Doubt) -> str:
    """The doubt as a question a person can answer.

    Of `args`, `words` is the phrase as written, `year` the year of its plan, `left` what was not understood.
    """
    sentence = _SENTENCES.get(doubt.code)
    if sentence is None:
        return _("Chưa hiểu chắc «{words}». Thời hạn đúng là ngày nào?", words=doubt.args.get("words", ""))
    return sentence(doubt)


def _days(days: tuple[date, ...]) -> str:
    shown = ", ".join(day_words_with_year(day) for day in days[:3])
    return f"{shown} …" if len(days) > 3 else shown


def _said(doubt: Doubt) -> dict[str, object]:
    unsettled = doubt.dates
    return {
        "words": doubt.args.get("words", ""),
        "year": doubt.args.get("year", ""),
        "left": doubt.args.get("left", "") or doubt.args.get("words", ""),
        "days": _days(unsettled) or _("chưa có ngày"),
        "other": _days(tuple(day for day in doubt.suggest if day not in unsettled)) or _("ngày khác"),
    }


_SENTENCES: dict[str, Callable[[Doubt], str]] = {
    "year_mismatch": lambda d: _(
        "«{words}» không cùng năm với kế hoạch {year}. Thời hạn đúng thuộc năm nào?", **_said(d)
    ),
    "no_such_day": lambda d: _("«{words}» nêu một ngày không có trong lịch. Thời hạn đúng là ngày nào?", **_said(d)),
    "no_such_hour": lambda d: _("«{words}» nêu một giờ không có thật. Giờ đúng là mấy giờ?", **_said(d)),
    "which_year": lambda d: _("«{words}» là năm nào: {days} hay {other}?", **_said(d)),
    "which_month": lambda d: _("«{words}» chưa nêu tháng. Thời hạn thuộc tháng nào?", **_said(d)),
    "which_months": lambda d: _("«{words}» gồm những tháng nào? Đang hiểu là {days}.", **_said(d)),
    "which_quarter": lambda d: _("«{words}» chưa nêu quý nào. Đang hiểu là cuối mỗi quý, đúng không?", **_said(d)),
    "which_period": lambda d: _("«{words}» chưa nêu kỳ nào. Thời hạn là ngày nào?", **_said(d)),
    "which_dates": lambda d: _(
        "«{words}» cho biết số lần, chưa cho biết ngày. Các ngày đến hạn là ngày nào?", **_said(d)
    ),
    "exception": lambda d: _("«{words}» có trường hợp riêng. Các ngày đến hạn có đúng là {days} không?", **_said(d)),
    "half_or_length": lambda d: _(
        "«{words}» là kỳ báo cáo hay khoảng thời gian thực hiện? Đang hiểu là hạn {days}.", **_said(d)
    ),
    "vague_part": lambda d: _("«{words}» chưa nêu ngày cụ thể. Lấy {days} được không?", **_said(d)),
    "before_period": lambda d: _("«{words}»: hạn là {days} hay {other}?", **_said(d)),
    "start_not_due": lambda d: _(
        "«{words}» là ngày bắt đầu hay ngày đến hạn? Nếu là bắt đầu, hạn là ngày nào?", **_said(d)
    ),
    "no_end": lambda d: _("«{words}» có lúc bắt đầu, chưa có lúc kết thúc. Hạn là {other} hay ngày nào?", **_said(d)),
    "also_ongoing": lambda d: _("«{words}» vừa có hạn vừa là việc thường xuyên. Giữ hạn {days} không?", **_said(d)),
    "ongoing_year": lambda d: _("«{words}» là việc thường xuyên. Có hạn không, hay hạn là {other}?", **_said(d)),
    "either": lambda d: _("«{words}» nêu nhiều lựa chọn: {days}. Lấy ngày nào?", **_said(d)),
    "backward": lambda d: _("«{words}» có ngày bắt đầu sau ngày kết thúc. Thời hạn đúng là ngày nào?", **_said(d)),
    "mixed_before": lambda d: _(
        "«{words}» có mốc ghi «trước», có mốc không. Các ngày {days} có tính cả ngày đó không?", **_said(d)
    ),
    "weekday_mismatch": lambda d: _(
        "«{words}»: thứ và ngày không khớp nhau, theo lịch là {days}. Ngày nào đúng?", **_said(d)
    ),
    "holidays_unknown": lambda d: _(
        "«{words}» đếm theo ngày làm việc, nhưng lịch nghỉ năm đó chưa có. Tạm tính {days}, đúng không?", **_said(d)
    ),
    "two_digit_year": lambda d: _("«{words}»: đang hiểu là {days}. Đúng không?", **_said(d)),
    "day_or_months": lambda d: _("«{words}» là một ngày hay nhiều tháng? Đang hiểu là {days}.", **_said(d)),
    "day_or_month": lambda d: _(
        "«{words}» là {days} hay {other}? Ô Excel này có thể đã đổi chỗ ngày và tháng.", **_said(d)
    ),
    "smudged": lambda d: _("«{words}» có chữ bị nhoè, đang đọc là {days}. Đúng không?", **_said(d)),
    "proposed": lambda d: _("«{words}» có kèm đề nghị đổi thời hạn. Đang giữ {days}, đúng không?", **_said(d)),
    "cited": lambda d: _(
        "«{words}»: ngày trong đó là của văn bản được dẫn hay là thời hạn? Nếu là thời hạn, xin nêu ngày.", **_said(d)
    ),
    "unsure": lambda d: _("«{words}» có thể hiểu nhiều cách. Đang hiểu là {days}, đúng không?", **_said(d)),
    "closing": lambda d: _(
        "«{words}»: {days} là ngày chốt số liệu hay ngày gửi? Thời hạn gửi là ngày nào?", **_said(d)
    ),
    "already": lambda d: _("«{words}» có vẻ nói việc đã làm. Thời hạn có đúng là {days} không?", **_said(d)),
    "moved": lambda d: _("«{words}» ghi thời hạn được thay đổi. Thời hạn hiện nay là {days}, đúng không?", **_said(d)),
    "report_date_unclear": lambda d: _("«{words}» chưa nêu ngày gửi báo cáo. Gửi vào những ngày nào?", **_said(d)),
    "term": lambda d: _("«{words}» tính theo năm học, nhiệm kỳ hoặc mùa. Hạn là ngày nào?", **_said(d)),
    "lunar": lambda d: _("«{words}» tính theo âm lịch. Ngày dương lịch là ngày nào?", **_said(d)),
    "backward_day": lambda d: _("«{words}» là {days}, đã qua. Thời hạn đúng là ngày nào?", **_said(d)),
    "today_or_next": lambda d: _("«{words}» là hôm nay, {days}, hay tuần sau?", **_said(d)),
    "not_understood": lambda d: _("Chưa hiểu «{left}» trong «{words}». Thời hạn đúng là ngày nào?", **_said(d)),
}
