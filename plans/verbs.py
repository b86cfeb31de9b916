"""Where the act begins in a sentence of an official paper: «Sở Nội vụ | kiểm tra …»."""

import re

_VERB = (
    r"(?:tham mưu|xây dựng|tổ chức|triển khai|kiểm tra|rà soát|hướng dẫn|theo dõi|đôn đốc|tổng hợp"
    r"|(?<!Thành )(?<!Độc )(?<!công )lập(?! trình)|bố trí|thực hiện|chỉ đạo|tuyên truyền|phổ biến|cung cấp|báo cáo|gửi"
    r"|(?<!công )(?<!chương )(?<!quy )(?<!lộ )(?<!giáo )(?<!tiến )(?<!tờ )(?<!Tờ )(?<!Công )(?<!Chương )trình"
    r"|ban hành|đề xuất|nghiên cứu|chuẩn bị|bảo đảm|đảm bảo|thẩm định|thẩm tra|phân công|(?<!bầu )cử|cập nhật|công bố"
    r"|công khai"
    r"|niêm yết|đăng tải|đăng|tiếp nhận|giải quyết|xử lý|giám sát|đánh giá|khảo sát|thống kê|(?<!và )quản lý|vận hành"
    r"|kết nối|tích hợp|hoàn thiện|hoàn thành|tăng cường|đẩy mạnh|nâng cao|phát động|vận động|huy động|hỗ trợ|tập huấn"
    r"|bồi dưỡng|(?<!và )đào tạo|tuyển dụng|sắp xếp|kiện toàn|thành lập|duy trì|phát huy|phát hiện|ngăn chặn|tuần tra"
    r"|(?<!Thường )(?<!thường )trực(?! thuộc| tuyến| tiếp)|phân bổ"
    r"|(?<!Trung )(?<!Phân )cấp(?! xã| huyện| tỉnh| ủy| uỷ| cơ sở| thôn| trên| dưới| phòng| sở| trung ương| học"
    r"| có thẩm quyền)"
    r"|thanh toán|quyết toán|mua sắm|sửa chữa|lắp đặt|quán triệt|cụ thể hóa|lồng ghép|chủ động|tiếp tục|thường xuyên"
    r"|kịp thời|khẩn trương|căn cứ|nghiêm túc|thông báo"
    r"|(?<!thư )(?<!Thư )(?<!chữ )(?<!nhật )ký|cắm|(?<!Xây )dựng|trồng(?! trọt)|chăm sóc|khắc phục|tháo gỡ"
    r"|điều tra|điều chỉnh|bổ sung|sửa đổi|lựa chọn|chọn|mời|họp|nâng cấp|phối hợp|giúp|(?<!việc )làm|mở|đưa"
    r"|thu(?! nhập)|tham gia|chi(?! bộ| nhánh| đoàn| hội| cục| phí)|phát(?! thanh| triển| hành)|in|treo"
    r"|chịu trách nhiệm|có trách nhiệm|tổng kết|sơ kết|biên soạn|soạn|xác định|xác nhận|chấm|khen thưởng|bàn giao"
    r"|số hóa|xét|định kỳ|thanh tra|đề nghị|yêu cầu|kiểm soát|kiểm kê|nắm|đẩy nhanh|thu thập|viết|cân đối|ưu tiên"
    r"|tiến hành|tập trung|phê duyệt|kiến nghị|ứng dụng|khuyến khích|xem xét|khai thác|sử dụng|(?<!chủ )(?<!và )đầu tư"
    r"|nộp|chuyển(?! đổi)|nhập|tạo điều kiện|tạo lập|đề cao|khởi công|phòng ngừa|đấu tranh|xử phạt|thu hồi|di dời"
    r"|sơ tán|phân tích|so sánh|đối chiếu|thiết lập|bảo trì|bảo dưỡng|(?<!và )bảo vệ|giới thiệu|quảng bá|kết hợp"
    r"|liên hệ|trao đổi|tiếp thu|giải trình|trả lời|tích cực|đồng hành|rút kinh nghiệm|là (?:đầu mối|cơ quan)"
    r"|phân loại|phân cấp|nhân rộng|phát hành|chấp hành|tự đánh giá|tự kiểm tra|biểu dương|nghiệm thu|chi trả"
    r"|giao(?! thông| dịch| lưu| ban)|trang bị|mua|sửa|thu gom|lấy ý kiến|đăng ký|bám sát|thay thế|bãi bỏ|đàm phán"
    r"|kêu gọi|quyết định|nạo vét|khơi thông|gia cố|dự trữ|chi viện|cứu hộ|cảnh báo|ra quân|tháo dỡ|giải tỏa|vớt|tỉa"
    r"|tiêm)"
)
# Where an act is part of a name: «Ban chỉ đạo», «Tổ giúp việc», «Hội đồng chấm thi», «Trung tâm kiểm soát bệnh tật».
_NAMED_FOR_ACT = re.compile(
    rf"(?<!\w)(?:(?:[Bb]an|[Tt]ổ|[Đđ]ội|[Đđ]oàn|[Tt]iểu ban|[Hh]ội đồng|[Cc]hi cục|[Cc]ục|[Ủủ]y ban)\s+"
    rf"(?P<act>(?!gửi|nộp|báo cáo){_VERB}(?!\w)(?:,\s+{_VERB}(?!\w))*)"
    r"|(?:[Tt]rung tâm|[Pp]hòng|[Vv]iện|[Cc]ơ quan|[Đđ]ơn vị|[Bb]ộ phận|[Vv]ăn phòng)\s+"
    r"(?P<also>kiểm soát|phục vụ|xúc tiến|(?:tham mưu,?\s+)?giúp việc|quản lý|kiểm định|khảo thí|giới thiệu|điều hành"
    r"|thẩm định|đăng ký(?= đất)|sử dụng|cung cấp)(?!\w)"
    r"|[Dd]ự án (?P<works>đầu tư(?: xây dựng)?))"
)
_VERBS = re.compile(rf"(?<![\w-])(?<!các )(?<!Các )(?<!những ){_VERB}(?![\w-])")


# A name that ends with its place: «Công ty Thoát nước thành phố | nạo vét …».
_PLACE = re.compile(
    r"(?<!các )(?<!Các )(?<!, )(?<!Ủy ban )(?<=\s)(?:tỉnh|thành phố|huyện|quận|thị xã|xã(?! hội)|phường|khu vực)\s+"
    r"(?!(?:và|của|có|theo|về|thuộc|trực|ủy|uỷ|đoàn|vùng|biên|miền|ven|khu|trong|tại|trên|hoặc|với|là|ở|đã|được|này|nêu"
    r"|cùng|phụ|chịu|khi|để|tự|nơi|bãi|đảo|nông|kiểu|điểm|mới)(?!\w))(?=(\w))"
)


def before_and_from(words: str) -> tuple[str, str]:
    """What stands before the first act, and from it on («» where there is none)."""
    verb = _VERBS.search(_NAMED_FOR_ACT.sub(_hidden, words))
    ends = [found.end() for found in _PLACE.finditer(words) if found[1].islower()]
    starts = [*([verb.start()] if verb else []), *ends[:1]]
    return (words[: min(starts)].strip(" ,"), words[min(starts) :]) if starts else (words, "")


def _hidden(named: re.Match[str]) -> str:
    act = named["act"] or named["also"] or named["works"]
    return named[0].replace(act, "_" * len(act))


def opens(words: str) -> bool:
    return bool(_VERBS.match(words))
