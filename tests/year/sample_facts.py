"""What the sample plan says, read by a person: row, lead unit, day. «trước ngày» is the day as written, strict."""

from datetime import date

REPORTS = ((date(2023, 3, 5), False), (date(2023, 6, 5), False), (date(2023, 9, 5), False), (date(2023, 12, 5), True))
SECRETARIAT = "Văn phòng"
CULTURE = "Phòng Quản lý Văn hóa"
SPORT = "Phòng Quản lý Thể dục thể thao"
TOURISM = "Phòng Quản lý Du lịch"
FAMILY = "Phòng Xây dựng nếp sống văn hóa và Gia đình"
STAFF = "Phòng Tổ chức - Pháp chế"
MONEY = "Phòng Kế hoạch - Tài chính"
INSPECTORS = "Thanh tra"
CENTRE = "Trung tâm Văn hóa tỉnh"
MUSEUM = "Bảo tàng tỉnh"
LIBRARY = "Thư viện tỉnh"
TRAINING = "Trung tâm Huấn luyện và Thi đấu thể thao"
TROUPE = "Đoàn Ca múa nhạc"

DATED = {
    ("1.1", CULTURE, date(2023, 1, 31), False),
    ("1.2", MUSEUM, date(2023, 6, 30), False),
    ("1.3.b", CENTRE, date(2023, 5, 19), True),
    ("1.3.d", CENTRE, date(2023, 9, 30), False),
    ("1.3.đ", TROUPE, date(2023, 9, 15), False),
    ("1.4", LIBRARY, date(2023, 9, 30), False),
    ("1.5", LIBRARY, date(2023, 4, 21), False),
    ("1.6", MUSEUM, date(2023, 11, 30), False),
    ("2.3.a", SPORT, date(2023, 3, 31), False),
    ("2.3.c", TRAINING, date(2023, 7, 31), False),
    ("2.5", SPORT, date(2023, 6, 1), True),
    ("3.1", TOURISM, date(2023, 6, 30), False),
    ("3.2", TOURISM, date(2023, 6, 30), False),
    ("3.5", TOURISM, date(2023, 8, 31), False),
    ("4.1", FAMILY, date(2023, 10, 10), False),
    ("4.3", FAMILY, date(2023, 6, 28), False),
    ("5.1", STAFF, date(2023, 4, 30), False),
    ("5.4", SECRETARIAT, date(2023, 6, 30), False),
    ("6.1", MONEY, date(2023, 2, 28), False),
    ("6.2", MONEY, date(2023, 7, 15), True),
    ("6.3", MONEY, date(2023, 12, 31), False),
    ("6.4", MONEY, date(2023, 12, 31), False),
    ("7.1", INSPECTORS, date(2023, 9, 30), False),
    ("7.4", INSPECTORS, date(2023, 11, 30), False),
    ("8.2", STAFF, date(2023, 3, 31), False),
    ("8.5", SECRETARIAT, date(2023, 12, 31), False),
}
"""Rows with one certain day. «Hàng tháng», «6 tháng và năm» may have several and are not listed."""

ALL_YEAR = {
    ("1.3.a", TROUPE),
    ("2.6", TRAINING),
    ("4.2", FAMILY),
    ("5.3", SECRETARIAT),
    ("7.3", STAFF),
    ("8.1", SECRETARIAT),
    ("8.3", SECRETARIAT),
    ("8.4", SECRETARIAT),
}
DOUBTED = {"2.1", "2.3.b", "3.3"}
"""Rows whose day is not certain: last year's month, the 31st of June, nobody to do it. No day is guessed."""
