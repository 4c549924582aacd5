"""What is wrong with a test of a criterion is said in the reader's language."""

import re

import pytest

from data.condition import ERRORS
from tests.support.screen import LANGUAGES
from ui.language import criteria as words
from ui.language import current


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_error_of_a_test_is_said_in_the_readers_language(lang: str) -> None:
    current.use(lang)
    assert words._WRONG.keys() == ERRORS.keys()
    values = {
        "said": "x",
        "near": "y",
        "example": "z",
        "fields": "f",
        "sign": ">",
        "field": "s",
        "most": 5,
    }
    for key in ERRORS:
        fields = set(re.findall(r"\{(\w+)\}", ERRORS[key]))
        assert set(re.findall(r"\{(\w+)\}", words._WRONG[key])) == fields
        assert words._WRONG[key].format(**values)
