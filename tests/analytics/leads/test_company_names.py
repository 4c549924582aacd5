"""Company names without their legal form, in any spelling of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.leads.company_names import short

NAMES = {
    "Công ty TNHH Nhựa Nhật Quân": "Nhựa Nhật Quân",
    "CÔNG TY TNHH TM DV NHỰA NHẬT QUÂN": "NHỰA NHẬT QUÂN",
    "Cong ty trach nhiem huu han mot thanh vien Du lịch An Hiệp": "Du lịch An Hiệp",
    "Công ty Trách nhiệm Hữu hạn Một thành viên Xây dựng Hòa Đạt": "Xây dựng Hòa Đạt",
    "Cty CP Thủy sản Thái Quân": "Thủy sản Thái Quân",
    "Cty. TNHH SX-TM-DV Bảo Kiên": "Bảo Kiên",
    "Công ty TNHH TM&DV Á Nguyên": "Á Nguyên",
    "CTCP Vận tải Nhật Hà": "Vận tải Nhật Hà",
    "Công ty cổ phần Bao bì Minh Việt": "Bao bì Minh Việt",
    "Tổng công ty Xây dựng Số 1": "Xây dựng Số 1",
    "DNTN Hồng Phúc": "Hồng Phúc",
    "HTX Rau sạch Đà Lạt": "Rau sạch Đà Lạt",
    "TNHH Minh Tín": "Minh Tín",
    "Công ty TNHH Minh Tín (Việt Nam)": "Minh Tín (Việt Nam)",
    "Acme Trading Co., Ltd": "Acme Trading",
    "Acme Trading Co.,Ltd.": "Acme Trading",
    "Acme Vietnam Company Limited": "Acme Vietnam",
    "Hoa Sen JSC": "Hoa Sen",
    "Hoa Sen Joint Stock Company": "Hoa Sen",
    "Hoa Sen, J.S.C.": "Hoa Sen",
    "Sunrise Foods Pte. Ltd.": "Sunrise Foods",
    "Globex Inc.": "Globex",
    "Müller GmbH": "Müller",
    # What only looks like a legal form, or is all there is, stays.
    "CP Group": "CP Group",
    "Smith & Co": "Smith & Co",
    "Cơ khí Thành Á": "Cơ khí Thành Á",
    "Tín Thành TM": "Tín Thành TM",
    "Công ty TNHH": "Công ty TNHH",
    "Company": "Company",
    "株式会社": "株式会社",
    "": "",
    "…": "…",
}


@pytest.mark.parametrize("name", NAMES)
def test_the_name_without_its_legal_form(name: str) -> None:
    assert short(name) == NAMES[name]


@pytest.mark.parametrize("form", ["Công ty TNHH", "Công ty CP", "Công ty TNHH MTV", "CTCP"])
@given(st.text(st.characters(categories=["Lu", "Ll"]), min_size=15))
def test_a_form_before_a_name_is_left_out(form: str, name: str) -> None:
    assert short(f"{form} {name}") == name


@given(st.text())
def test_it_is_a_part_of_the_name_and_never_nothing(name: str) -> None:
    assert short(name) in name
    assert bool(short(name)) == bool(name.strip())
