"""Definitions: every word in both languages, found in either, and saying what is true."""

import re
from functools import partial

import pytest

from analytics.names import NAMES
from data.pipeline import GROUPS
from data.values.channels import channel_slugs
from ui.charts import FEW
from ui.language import current, labels, messages
from ui.language.bilingual import both, has
from ui.language.glossary import field, glossary, numbers
from ui.page import terms


def test_a_name_is_said_in_both_languages() -> None:
    name = partial(labels.group_label, "opportunity")
    assert both(name) == ("Cơ hội", "Opportunities")
    current.use("en")
    assert both(name) == ("Opportunities", "Cơ hội")
    assert both(lambda: "BANT") == ("BANT", "")
    assert current.lang() == "en"


def test_the_language_comes_back_when_a_name_cannot_be_said() -> None:
    with pytest.raises(ZeroDivisionError):
        both(lambda: "" if current.lang() == "vi" else str(1 // 0))
    assert current.lang() == "vi"


@pytest.mark.parametrize("sought", ["đã rớt", "da rot", "DA ROT", "  rớt đã ", "lost"])
def test_a_word_is_found_in_either_language_with_or_without_accents(sought: str) -> None:
    assert has(sought, partial(messages._, "lost"))


def test_a_word_is_found_by_how_it_begins() -> None:
    assert has("los", lambda: "is it lost?")
    assert not has("ost", lambda: "is it lost?")


def test_words_of_two_languages_do_not_make_a_find() -> None:
    assert not has("lost rớt", partial(messages._, "lost"))


def test_every_channel_is_explained() -> None:
    shown = [term.name() for term in field.CHANNELS.terms]
    known = [labels.value_label("channel", slug) for slug in channel_slugs()]
    assert shown == [*known, labels.value_label("channel", None)]


def test_the_groups_that_are_contrasted_come_first() -> None:
    assert GROUPS[:3] == ("lead", "prospect", "opportunity")


@pytest.mark.parametrize("lang", current.LANGUAGES)
def test_few_leads_are_as_many_as_the_charts_say(lang: str) -> None:
    current.use(lang)
    few = next(term for term in numbers.COUNTING.terms if term.name() == "n")
    assert f" {FEW} " in messages._(few.meaning)


@pytest.mark.parametrize("lang", current.LANGUAGES)
def test_places_are_each_there_once_and_the_same_in_every_language(lang: str) -> None:
    current.use(lang)
    places = [terms.CERTAINTY, *(name.anchor for name in NAMES)]
    places += [chapter.anchor for chapter in glossary.CHAPTERS]
    places += [term.anchor for chapter in glossary.CHAPTERS for term in chapter.terms]
    assert len(set(places)) == len(places)
    assert all(re.fullmatch(r"[a-z0-9-]+", place) for place in places)
    assert glossary.term("skipped-stage") in numbers.COUNTING.terms
    with pytest.raises(KeyError):
        glossary.term("no-such-word")
