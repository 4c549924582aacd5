"""Dates without what people and tools put around them: weekdays, words, `9h30`, names of zones."""

_MONTHS_IN_WORDS = (
    ("mười hai|chạp", 12), ("mười một", 11), ("mười", 10), ("chín", 9), ("tám", 8), ("bảy|bẩy", 7),
    ("sáu", 6), ("năm", 5), ("tư|bốn", 4), ("ba", 3), ("hai", 2), ("một|giêng", 1),
)  # fmt: skip
IN_VIETNAMESE = r"(?i)(^|[ \d,])(sa|ch|sáng|trưa|chiều|tối|thứ|chủ nhật|lúc|ngày|giờ)([ ,]|$)"
_TIME = r"\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?"
_TIDY = (
    (r"[\x{00AD}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2069}\x{FEFF}]", ""),
    (r"[\s\x{00A0}\x{2009}\x{202F}]+", " "),
    (r"^[ \'‘’]+|[ .,;]+$", ""),
    (r"(?i)^(thứ (hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|chủ nhật|cn|t[2-7])[ ,]+", ""),
    (r"(?i)^(mon|tue|wed|thu|fri|sat|sun)[a-z]*[.]?,? ", ""),
    (r"(?i)[ ,]+(lúc|vào|at|luc) ", " "),
    (r"(?i)\b(\d{1,2}) ?(h|giờ) ?(\d{2})( ?(m|p|phút))?\b", r"\1:\3"),
    (r"(?i)\b(\d{1,2}) ?(h|giờ)( |$)", r"\1:00\3"),
    (rf"(?i)({_TIME}) ?(sa|sáng|a[.]m[.]?)( |,|$)", r"\1 AM\5"),
    (rf"(?i)({_TIME}) ?(ch|chiều|tối|trưa|p[.]m[.]?)( |,|$)", r"\1 PM\5"),
    (r"(?i)\b((1[3-9]|2[0-3])(:\d{2}){1,2}) PM", r"\1"),
    (r"(?i)\b00?((:\d{2}){1,2}) AM", r"12\1 AM"),
    (r"^(\d{4}[-/]\d{1,2}[-/]\d{1,2})[/_](\d{1,2}:)", r"\1 \2"),
    (r"^(\d{1,2}/[A-Za-z]{3}/\d{4}):", r"\1 "),
    (r"^(\d{4})[:.](\d{1,2})[:.](\d{1,2})( |$)", r"\1-\2-\3\4"),
    (r"(\d) ?/ ?(\d)", r"\1/\2"),
    (r" [-–|] ?(\d{1,2}:)", r" \1"),
    (rf"(?i)^({_TIME}( ?[ap]m)?)[ ,]+([^:]+)$", r"\5 \1"),
    (r"(?i)^(tháng|thg|th)[. ]*(\d{1,2}) (\d{1,2}),? (\d{4})", r"\3 tháng \2 \4"),
    (r"(?i) \([a-z ]+\)$", ""),
    (r"(?i) ?(utc|gmt) ?([+-]\d)", r" \2"),
    (r"(?i) ict$", " +07"),
    (r"(:\d{2}) ?([+-])(\d)(:?00)?$", r"\1 \g20\3"),
)
"""What is done to a date that has no shape, one after the other: a pattern, and what it becomes."""


def tidied(text: str) -> str:
    """The SQL of dates without what people and tools put around them."""
    tidy = f"nfc_normalize({text})"
    for pattern, becomes in _TIDY:
        said = becomes.replace(r"\g2", r"\2")
        tidy = f"regexp_replace({tidy}, '{pattern.replace(chr(39), chr(39) * 2)}', '{said}', 'g')"
    for words, number in _MONTHS_IN_WORDS:
        tidy = f"regexp_replace({tidy}, '(?i)tháng ({words})\\b', 'tháng {number:d}')"
    return f"trim({tidy})"
