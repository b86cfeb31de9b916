"""The small words of time phrases, folded, by what they mean; and the words that only look like time."""

MARKS = {
    "before": ("truoc", "cham nhat truoc", "den truoc", "xong truoc"),
    "by": (
        "truoc va trong", "cham nhat", "muon nhat", "tre nhat", "khong qua", "khong cham hon", "khong muon hon",
        "khong cham qua",
        "han chot", "han cuoi", "han cuoi cung",
    ),
    "from": ("ke tu", "tu", "bat dau", "bat dau tu", "tinh tu", "khoi dau"),
    "to": ("cho den het", "cho den", "den het", "den", "toi", "het", "-", "→", "cho toi", "sang", "keo dai den"),
    "after": ("sau",),
    "and": ("va", "&", "+", "cung nhu"),
    "or": ("hoac", "hay"),
    "for": ("doi voi", "danh cho"),
    "comma": (",", ":"),
    "stop": (";", "."),
    "open": ("(", "["),
    "close": (")", "]"),
    "periodic": ("dinh ky", "theo dinh ky", "thuong ky"),
    "report": ("bao cao",),
    "weekly": ("hang tuan", "moi tuan", "tung tuan", "trong tuan"),
    "daily": ("hang ngay", "moi ngay", "tung ngay", "ngay hang ngay", "cac ngay trong tuan"),
    "ongoing": ("thuong xuyen", "lien tuc", "duy tri", "xuyen suot", "khong thoi han", "lau dai", "hang ngay"),
    "same_day": ("trong ngay", "trong buoi", "cung ngay"),
    "vague": ("khan truong", "kip thoi", "som", "ngay lap tuc", "sau nay"),
    "pointer": ("sau day", "duoi day", "nhu sau", "tung moc", "cac moc", "tung nhiem vu"),
    "old": ("cu", "thoi han cu", "han cu", "truoc day", "thay cho", "thay vi", "thay the cho"),
    "moved": (
        "gia han", "gia han den", "dieu chinh sang", "dieu chinh thanh", "dieu chinh den", "dieu chinh thoi han",
        "lui sang", "lui den", "lui han", "lui thoi han", "doi sang", "doi den", "chuyen sang", "hoan sang", "hoan den",
    ),
    "done": ("da",),
    "expected": ("du kien",),
    "wish": ("de nghi", "de xuat", "xin", "kien nghi"),
    "condition": (
        "khi", "sau khi", "ngay sau khi", "truoc khi", "trong qua trinh", "theo", "tuy theo", "can cu",
    ),
    "meeting": ("ky hop", "phien hop", "hoi nghi", "dai hoi", "hop", "le", "ngay ky niem", "tet nguyen dan", "tet"),
    "closing": ("chot so lieu", "so lieu", "thoi diem chot"),
    "except": ("rieng", "tru", "ngoai tru", "rieng doi voi"),
    "vision": ("tam nhin", "dinh huong"),
    "event": ("dot xuat", "nhu cau", "yeu cau", "qua trinh", "phe duyet", "ban hanh", "dua ra", "thoi diem"),
    "onward": ("tro di", "ve sau"),
    "school": ("he", "nam hoc", "hoc ky", "nien khoa", "nhiem ky", "nien do", "nam tai chinh", "mua", "ky nghi"),
    "lunar": ("am lich", "ram", "thang chap", "thang gieng"),
}  # fmt: skip
BY_FIRST: dict[str, list[tuple[str, str]]] = {}
for _kind, _phrases in MARKS.items():
    for _phrase in _phrases:
        BY_FIRST.setdefault(_phrase.split()[0], []).append((_phrase, _kind))
for _options in BY_FIRST.values():
    _options.sort(key=lambda option: -len(option[0]))

# How a word must be spelt when it has its marks, where another word folds to the same letters.
SPELT = {
    "sau": ("sau",), "toi": ("tới", "toi"), "tu": ("từ", "tu", "tứ"), "hop": ("họp", "hop"), "le": ("lễ", "le"),
    "cu": ("cũ", "cu"), "hay": ("hay",), "mua": ("mùa", "mua"), "ram": ("rằm", "ram"), "tuan": ("tuần", "tuan"),
    "he": ("hè", "he"), "da": ("đã", "da"), "tru": ("trừ", "tru"), "rieng": ("riêng", "rieng"),
}  # fmt: skip

# A noun after them makes these something else than a time.
NOT_TIMES = (
    "dau tu", "dau moi", "dau vao", "dau ra", "dau thau", "dau gia", "truoc mat", "truoc het", "ngay cang",
    "sau dai hoc", "quy dinh", "quy che", "quy hoach", "quy trinh", "quy mo", "quy chuan", "quy tac", "quy uoc",
    "viet nam", "mien nam", "tu do", "tu van", "tu lieu", "tu phap",  "thang loi", "den bu",
    "cu the", "cu tri", "theo doi", "quan he", "thu tuc", "sau sap nhap", "nam bat", "nam vung", "hop dong",
    "hop tac", "hop le", "hop phap", "bao cao vien", "quy dat", "hay con", "ngay nay", "ngay hoi", "ket hop",
    "phoi hop", "tong hop", "tich hop", "phu hop", "truong hop", "xin y kien", "lay y kien", "hang hoa",
    "thang hanh dong", "thang cao diem", "thang thanh nien", "thang an toan", "thang cong nhan", "thang vi",
    "thang nhan dao", "thang ve sinh", "thang khuyen", "tuan le", "nam du lich", "nam chac",
    "tu danh gia", "tu kiem tra", "tu cham diem", "tu chu",
)  # fmt: skip
NOT_TIMES_BY_FIRST: dict[str, list[str]] = {}
for _phrase in NOT_TIMES:
    NOT_TIMES_BY_FIRST.setdefault(_phrase.split()[0], []).append(_phrase)
NUMBERED = (
    "so", "dot", "lan", "khoan", "dieu", "diem", "muc", "luc", "doan", "buoc", "cap", "do", "nhom", "ky", "phan",
    "quyen", "tap", "khoa", "vong", "to", "tiet", "chuong",
)  # fmt: skip
TIMEISH = {"thang", "quy", "tuan", "ngay", "nam", "dau", "giua", "cuoi", "truoc", "sau", "thu", "gio", "hang", "moi"}
# The last words of what has a day of its own: «Quyết định ngày 15/6», «Công văn ngày …», «Thông báo …».
PAPERS = frozenset({"dinh", "quyet", "van", "thi", "luan", "trinh", "luat", "dien", "ban"})
# The last words of what a year may belong to: «Kế hoạch», «nhiệm vụ», «kết quả», «dự toán», «chương trình» …
OWNERS = frozenset({"hoach", "kh", "vu", "qua", "toan", "trinh", "ket", "tac", "cchc", "tieu", "sach", "an", "lich"})

# Two pieces that together spell one of these were torn apart by a scanner: «Tr ước ngày», «Th áng 6».
TORN = frozenset({"truoc", "cham", "nhat", "ngay", "thang", "quy", "nam", "hang", "hoac"})

# Not understood, these may have changed the date: the reading is then doubted.
TIMEISH_AS_WRITTEN = frozenset(
    (
        *("tháng", "thang", "quý", "quí", "tuần", "ngày", "năm", "giờ", "gio", "mỗi", "hằng", "thứ"),
        *("đầu", "giữa", "giua", "cuối", "cuoi", "trước", "truoc", "sau", "?"),
        *("jan", "feb", "mar", "apr", "jun", "june", "jul", "july", "aug", "sep", "sept", "oct", "nov", "dec"),
    )
)
