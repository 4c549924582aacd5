"""What a load says is said in both languages, and why each row was refused."""

from data.load.notices import NOTICES, Notice
from data.load.rejects import REASONS
from ui.language import current, loading


def test_every_reason_has_words() -> None:
    for lang in current.LANGUAGES:
        current.use(lang)
        assert all(loading.reason(name) != name.replace("_", " ") for name in REASONS)


def test_every_notice_of_a_load_is_said_in_both_languages() -> None:
    said = {
        "file": "moves.csv", "leads": 1_200, "moves": 1_201, "header": "id", "spelling": "Avito",
        "others": "AVITO", "dimension": "lead_type", "values": 201, "kept": 200, "rest": "(other)",
        "said": "1 “x”", "count": 2, "example": "46027", "day": "2026-01-05", "zone": "UTC",
        "sign": "$", "currency": "USD", "columns": "Phone", "unit": 1_000_000, "sheets": "“A”",
        "read": "“A”", "before": "EUR", "currencies": "USD", "order": "day first", "most": 200,
    }  # fmt: skip
    for key in NOTICES:
        notice = Notice.of(key, **said)
        current.use("en")
        english = loading.notice(notice)
        current.use("vi")
        vietnamese = loading.notice(notice)
        assert english != vietnamese
        for text in (english, vietnamese):
            assert "{" not in text
        assert "lead_type" not in english
    assert loading.notice("No rate for USD.") == "No rate for USD."


def test_an_unknown_reason_is_readable() -> None:
    assert loading.reason("eaten_by_dog") == "eaten by dog"
