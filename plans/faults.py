"""What the proof-reader found, worded for the list a person goes through."""

from lang.text import N_, _
from plans import Fault


def words(fault: Fault) -> str:
    """One sentence, or two short ones: where, what is written, what would settle it."""
    no, written, near = fault.no, fault.words, fault.near
    match fault.kind:
        case "year_mismatch":
            return _("Dòng {no} ghi «{words}», khác năm của kế hoạch.", no=no, words=written)
        case "no_such_day":
            return _("Dòng {no} ghi «{words}», lịch không có ngày này.", no=no, words=written)
        case "number_skipped" if len(near) == 2:
            return _("Dòng {before} nhảy sang {after}, không có {no}.", before=near[0], after=near[1], no=no)
        case "number_skipped":
            return _("Danh sách bắt đầu từ {after}, không có {no}.", after=near[0] if near else "", no=no)
        case "number_repeated":
            return _("Số {no} được dùng cho hai dòng.", no=no)
        case "lead_missing":
            return _("Dòng {no} chưa ghi đơn vị chủ trì.", no=no)
        case "time_missing":
            return _("Dòng {no} chưa ghi thời gian.", no=no)
        case "columns_shifted":
            return _("Dòng {no} ghi «{words}» ở cột sản phẩm, có vẻ lệch cột.", no=no, words=written)
        case "lead_repeated":
            return _("Dòng {no} ghi «{words}» hai lần ở cột chủ trì.", no=no, words=written)
        case "lead_also_coordinates":
            return _("Dòng {no}: «{words}» vừa chủ trì vừa phối hợp.", no=no, words=written)
        case "dates_unknown":
            return _("Dòng {no} ghi «{words}», chưa rõ những ngày nào.", no=no, words=written)
        case "report_date_unclear":
            return _("Dòng {no} ghi «{words}», chưa rõ phải gửi báo cáo ngày nào.", no=no, words=written)
        case "event_needed" | "base_needed" if near:
            others = ", ".join(near)
            return _(
                "Dòng {no} ghi «{words}», cần biết khi nào; dòng {others} cũng vậy.",
                no=no,
                words=written,
                others=others,
            )
        case "event_needed":
            return _("Dòng {no} ghi «{words}», cần biết việc đó diễn ra khi nào.", no=no, words=written)
        case "base_needed":
            return _("Dòng {no} ghi «{words}», cần biết tính từ ngày nào.", no=no, words=written)
        case "lead_not_unit":
            return _("Dòng {no} giao «{words}» chủ trì, đây không phải tên một đơn vị.", no=no, words=written)
        case "coordinator_not_unit":
            return _("Dòng {no} ghi «{words}» phối hợp, đây không phải tên một đơn vị.", no=no, words=written)
        case "unit_unknown" if near:
            return _("Dòng {no} ghi «{words}», có phải {near}?", no=no, words=written, near=_(" hay ").join(near))
        case "unit_unknown":
            return _("Dòng {no} ghi «{words}», cơ quan chưa có đơn vị tên này.", no=no, words=written)
        case "smudged":
            return _("Dòng {no} ghi «{words}», có chữ bị nhoè.", no=no, words=written)
        case "due_before_signing":
            return _("Dòng {no} ghi «{words}», trước ngày ký kế hoạch.", no=no, words=written)
        case "due_on_day_off" if near:
            return _(
                "Dòng {no} ghi «{words}», là ngày nghỉ; dòng {others} cũng vậy.",
                no=no,
                words=written,
                others=", ".join(near),
            )
        case "due_on_day_off":
            return _("Dòng {no} ghi «{words}», là ngày nghỉ.", no=no, words=written)
        case "deadline_in_title":
            return _("Dòng {no}: trong tên nhiệm vụ còn ghi «{words}», sớm hơn cột thời gian.", no=no, words=written)
        case "sum_mismatch":
            return _(
                "Phần {no} ghi «{words}», nhưng đếm được {count}.", no=no, words=written, count=near[0] if near else ""
            )
        case "cited_after_plan" if near:
            return _(
                "Văn bản được dẫn «{words}» có ngày sau ngày ký; cũng vậy: {others}.",
                words=written,
                others="; ".join(near),
            )
        case "cited_after_plan":
            return _("Văn bản được dẫn «{words}» có ngày sau ngày ký.", words=written)
        case "period_mismatch":
            return _(
                "Có chỗ ghi giai đoạn «{words}», khác giai đoạn ở tên văn bản ({own}).",
                words=written,
                own=near[0] if near else "",
            )
        case "text_boxes":
            return _("Văn bản có chữ đặt trong khung (text box); phần chữ đó không được đọc.")
        case "day_or_month":
            return _("Dòng {no} ghi «{words}», ô Excel này có thể đã đổi chỗ ngày và tháng.", no=no, words=written)
        case "sheet_without_table":
            return _("Trang tính «{sheet}» không có bảng nhiệm vụ nên không được đọc.", sheet=written)
        case "sheet_hidden":
            return _("Trang tính «{sheet}» đang ẩn nên không được đọc.", sheet=written)
        case "rows_hidden":
            return _("Trang tính «{sheet}» có dòng ẩn ({rows}); các dòng đó vẫn được đọc.", sheet=near[0], rows=written)
        case "columns_hidden":
            return _(
                "Trang tính «{sheet}» có cột ẩn ({columns}); các cột đó không được đọc.", sheet=near[0], columns=written
            )
        case "formulas_empty":
            return _(
                "Trang tính «{sheet}» có công thức chưa có kết quả ở ô {cells}. Cần mở bằng Excel, lưu rồi gửi lại.",
                sheet=near[0],
                cells=written,
            )
        case "cells_noted":
            return _(
                "Trang tính «{sheet}» có ghi chú ở ô {cells}; phần ghi chú không được đọc.",
                sheet=near[0],
                cells=written,
            )
        case "pages_scanned":
            return _("Trang {pages} là ảnh chụp nên không được đọc.", pages=written)
        case "pages_recognised":
            return _(
                "Trang {pages} là ảnh chụp, chữ do máy nhận dạng nên có thể sai. Anh/chị đối chiếu với bản gốc.",
                pages=written,
            )
        case "same_target":
            return _("Chỉ tiêu ở dòng {no} trùng với dòng {words}.", no=no, words=written)
        case "same_row":
            return _("Dòng {no} giống hệt dòng {words}.", no=no, words=written)
    return _("Dòng {no} ghi «{words}», chưa hiểu rõ thời hạn.", no=no, words=written)


TITLES = {
    "year_mismatch": N_("Năm khác năm kế hoạch"),
    "no_such_day": N_("Ngày không có trong lịch"),
    "number_skipped": N_("Thiếu số thứ tự"),
    "number_repeated": N_("Trùng số thứ tự"),
    "lead_missing": N_("Để trống đơn vị chủ trì"),
    "time_missing": N_("Để trống thời gian"),
    "columns_shifted": N_("Có vẻ lệch cột"),
    "lead_repeated": N_("Chủ trì ghi hai lần"),
    "lead_also_coordinates": N_("Vừa chủ trì vừa phối hợp"),
    "dates_unknown": N_("Chưa rõ những ngày nào"),
    "report_date_unclear": N_("Chưa rõ ngày gửi báo cáo"),
    "event_needed": N_("Tùy một việc khác"),
    "base_needed": N_("Chưa rõ tính từ ngày nào"),
    "lead_not_unit": N_("Chủ trì không phải đơn vị"),
    "coordinator_not_unit": N_("Phối hợp không phải đơn vị"),
    "smudged": N_("Chữ bị nhoè ở cột thời gian"),
    "due_before_signing": N_("Hạn trước ngày ký"),
    "due_on_day_off": N_("Hạn rơi vào ngày nghỉ"),
    "day_or_month": N_("Có thể đổi chỗ ngày và tháng"),
    "deadline_in_title": N_("Hạn sớm hơn nằm trong tên nhiệm vụ"),
    "sum_mismatch": N_("Tổng số không khớp"),
    "cited_after_plan": N_("Dẫn văn bản ký sau kế hoạch"),
    "period_mismatch": N_("Giai đoạn không khớp"),
    "same_target": N_("Trùng chỉ tiêu"),
    "same_row": N_("Trùng dòng"),
}


def title(kind: str) -> str:
    """A kind of fault in a few words, to stand before the numbers of its rows."""
    return _(TITLES.get(kind, N_("Chưa hiểu rõ thời hạn")))
