"""Why a document cannot be taken, and what to do instead: one sentence for each code of `Unreadable`."""

from lang.text import _
from plans import Unreadable

TYPES = "Word (.docx), Excel (.xlsx), PDF, .txt, .md"


def words(error: Unreadable) -> str:
    """The sentence for whoever sent the document. Nothing of the document's content is in it."""
    match error.code:
        case "empty":
            return _("Tệp không có nội dung. Anh/chị kiểm tra rồi gửi lại.")
        case "too_large":
            return _("Tệp lớn hơn {limit} MB. Anh/chị bỏ bớt hình ảnh hoặc chỉ gửi phần bảng nhiệm vụ.", **error.args_)
        case "too_large_inside":
            return _("Tệp giải nén ra quá lớn. Anh/chị chép riêng phần kế hoạch sang tệp mới rồi gửi lại.")
        case "too_many_cells":
            return _("Bảng tính có quá nhiều ô. Anh/chị chép riêng bảng nhiệm vụ sang tệp mới rồi gửi lại.")
        case "too_many_pages":
            return _("Tệp dài hơn {limit} trang. Anh/chị chỉ gửi những trang của kế hoạch.", **error.args_)
        case "scanned":
            return _(
                "Đây là bản quét (ảnh chụp), trong tệp không có chữ. Anh/chị gửi bản .docx, hoặc PDF xuất từ Word."
            )
        case "old_word":
            return _("Đây là tệp Word kiểu cũ (.doc). Anh/chị mở bằng Word, chọn Lưu thành .docx rồi gửi lại.")
        case "old_excel":
            return _("Đây là tệp Excel kiểu cũ (.xls). Anh/chị mở bằng Excel, chọn Lưu thành .xlsx rồi gửi lại.")
        case "encrypted":
            return _("Tệp có đặt mật khẩu. Anh/chị bỏ mật khẩu rồi gửi lại.")
        case "damaged":
            return _("Tệp bị hỏng, không mở được. Anh/chị mở thử trên máy, lưu lại rồi gửi lại.")
        case "not_a_plan_format":
            return _("Loại tệp này chưa đọc được. Anh/chị gửi kế hoạch dạng {types}.", types=TYPES)
        case "no_table":
            return _("Không tìm thấy bảng nhiệm vụ trong tệp. Bảng cần có cột nội dung, đơn vị chủ trì và thời gian.")
        case "not_a_roster":
            return _("Danh sách nhân sự là tệp .xlsx hoặc .csv, có các cột: Họ và tên, Đơn vị, Vai trò.")
        case "too_many_people":
            return _("Tệp có hơn {limit} người. Anh/chị gửi danh sách của riêng cơ quan.", **error.args_)
        case "took_too_long":
            return _("Tệp quá phức tạp, đọc mãi chưa xong. Anh/chị chỉ gửi phần bảng nhiệm vụ dưới dạng .docx.")
        case "classified":
            return _("Văn bản có dấu chỉ độ mật nên không được nhận qua kênh này, và không có gì được lưu lại.")
        case "year_unknown":
            return _("Chưa rõ kế hoạch của năm nào. Anh/chị gửi lại tệp kèm lời nhắn, ví dụ «năm 2023».")
    return _("Không đọc được tệp này. Anh/chị gửi kế hoạch dạng {types}.", types=TYPES)
