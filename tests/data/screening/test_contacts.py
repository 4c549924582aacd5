"""E-mails, phones and names: what is good, what speaks against it, and what is one and the same."""

import phonenumbers
import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from data.screening import emails, names, phones
from data.screening.rules import Rules

RULES = Rules.default()


@pytest.mark.parametrize(
    ("cell", "reason", "key"),
    [
        ("An.Nguyen@ACME.vn ", None, "an.nguyen@acme.vn"),
        ("mailto:an@acme.vn", None, "an@acme.vn"),
        ("a.n+news@Gmail.com", None, "an@gmail.com"),
        ("hỏng; an@acme.vn", None, "an@acme.vn"),
        ("an@acme", "invalid_email", None),
        ("khongco", "invalid_email", None),
        ("an@@acme.vn", "invalid_email", None),
        ("test2@gmail.com", "test_address", None),
        ("asdf@asdf.com", "test_address", None),
        ("x@yopmail.com", "disposable_domain", None),
        ("x@in.mailinator.com", "disposable_domain", None),
        ("info@acme.vn", "role_account", "info@acme.vn"),
    ],
)
def test_an_address(cell: str, reason: str | None, key: str | None) -> None:
    found = emails.look(cell, RULES)
    assert found is not None
    assert (found.reason, found.key) == (reason, key)


@pytest.mark.parametrize("cell", ["", " - ", "không có", "N/A", "null"])
def test_a_cell_that_says_there_is_nothing(cell: str) -> None:
    assert emails.look(cell, RULES) is None
    assert phones.look(cell, RULES) is None
    assert names.person(cell, RULES) == (False, None)


@pytest.mark.parametrize(
    ("cell", "reason", "key"),
    [
        ("0912 345 678", None, "+84912345678"),
        ("+84 (0)912-345-678", None, "+84912345678"),
        ("84912345678", None, "+84912345678"),
        ("912345678", None, "+84912345678"),
        ("912345678.0", None, "+84912345678"),
        ("0168 1234 567", None, "+84381234567"),
        ("+84 120 123 4567", None, "+84701234567"),
        ("0987x / 0912345678", None, "+84912345678"),
        ("(024) 3822 3344", None, "+842438223344"),
        ("+1 650 253 0000", None, "+16502530000"),
        ("0988888888", None, "+84988888888"),
        ("0999", "invalid_phone", None),
        ("sai số", "invalid_phone", None),
        ("0000000000", "fake_phone", None),
        ("0123456789", "fake_phone", None),
        ("+84000000000", "fake_phone", None),
    ],
)
def test_a_number(cell: str, reason: str | None, key: str | None) -> None:
    found = phones.look(cell, RULES)
    assert found is not None
    assert (found.reason, found.key) == (reason, key)


@pytest.mark.parametrize(
    "name",
    ["test", "Test Test", "asdf", "qwerty", "XXX", "0000", "aaa", "A", "Nguyễn Văn A", "sdfgh",
     "Khách hàng", "test3", "Lan test"],
)  # fmt: skip
def test_a_name_that_is_rubbish(name: str) -> None:
    assert names.person(name, RULES) == (True, None)


@pytest.mark.parametrize("name", ["Vy", "Nguyễn Thị Hoa", "O'Brien", "Đỗ Ý", "Xuân Abcúc"])
def test_a_name_that_is_not(name: str) -> None:
    assert names.person(name, RULES)[0] is False


def test_a_company_is_compared_without_its_legal_form() -> None:
    written = ["Công ty TNHH MTV An Phát", "CTY TNHH An Phát", "An Phat Co., Ltd", "CTCP An Phát"]
    assert {names.company(each, RULES) for each in written} == {(False, "an phat")}
    written = ["Cty TNHH TMDV An Phát", "TM & DV An Phát", "Thương mại và Dịch vụ An Phát"]
    assert {names.company(each, RULES) for each in written} == {(False, "tm dv an phat")}
    assert names.company("Cá nhân", RULES) == (False, None)
    assert names.company("asdf", RULES) == (True, None)


_LOCAL = st.text('ab09._+-đ"', max_size=6)
_DOMAIN = st.text("ab0.-đ", max_size=8)


@given(_LOCAL, _DOMAIN, st.sampled_from(["", ".vn", ".test", ".com.vn"]))
def test_the_short_way_to_a_form_agrees_with_the_complete_one(
    local: str, domain: str, end: str
) -> None:
    address = f"{local}@{domain}{end}"
    try:
        validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        is_well_formed = False
    else:
        is_well_formed = True
    assert emails.is_well_formed(address) == is_well_formed


@given(
    st.sampled_from(["", "0", "84", "+84", "0084"]),
    st.integers(min_value=20, max_value=99),
    st.integers(min_value=0, max_value=9_999_999),
)
def test_the_short_way_to_a_number_agrees_with_the_complete_one(
    before: str, prefix: int, rest: int
) -> None:
    text = f"{before}{prefix}{rest:07d}"
    found = phones.look(text, RULES)
    assert found is not None
    if found.reason == "fake_phone":
        return
    # (the complete reader takes 0084 for no prefix of a foreign call from Vietnam: 00 it is)
    number = phonenumbers.parse(text, "VN")
    if phonenumbers.is_valid_number(number):
        assert found.key == phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    elif found.key is not None:  # an old number, of 11 digits
        assert before == "" or len(text) >= 11


def test_a_rule_that_is_off_says_nothing() -> None:
    from data.toml import TomlTable

    said = TomlTable.parse("[rules]\ninvalid_phone = { on = false }\nrole_account = { on = false }")
    rules = RULES.changed(said)
    found = phones.look("0999", rules)
    assert found is not None
    assert found.reason is None
    found = emails.look("info@acme.vn", rules)
    assert found is not None
    assert found.reason is None
    assert Rules.parse(rules.to_toml()) == rules
