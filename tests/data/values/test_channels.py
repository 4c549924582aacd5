"""Source names find their channel, whatever the spelling."""

import pytest

from data.values.channels import channel_of, channel_slugs, channels_of, known_names
from data.values.text import plain
from tests.support.effort import effort


@pytest.mark.parametrize(
    ("source", "channel"),
    [
        ("organic_search", "seo"),
        ("Google Ads", "paid_search"),
        ("Facebook", "social"),
        ("Facebook Ads - Q3 2024", "paid_social"),
        ("HỘI CHỢ", "event"),
        ("hoi cho Vietbuild", "event"),
        ("Giới thiệu", "referral"),
        ("X", "social"),
        ("Xerox", "other"),
        ("unknown", "unknown"),
        ("Direct traffic", "website"),
        ("Data mua ngoài", "purchased_list"),
        ("something else", "other"),
    ],
    ids=(
        "underscore google-ads facebook longer-name capitals without-accents vietnamese letter "
        "letter-inside unknown direct purchased other"
    ).split(),
)
def test_channels(source: str, channel: str) -> None:
    assert channel_of(source) == channel


def test_a_companys_own_words_go_first() -> None:
    assert channel_of("Facebook", {"FACEBOOK": "partner"}) == "partner"


def test_the_longest_known_name_inside_decides_and_many_names_are_fast() -> None:
    sources = [f"Facebook Ads shop {number}" for number in range(10_000)]
    own = {f"nguồn {number}": "partner" for number in range(10_000)}
    spent, found = effort(lambda: channels_of([*sources, "Nguồn 77"], own))
    assert spent < 500
    assert found == dict.fromkeys(sources, "paid_social") | {"Nguồn 77": "partner"}
    assert all(found[source] == channel_of(source) for source in sources[:50])


def test_no_name_is_in_two_channels() -> None:
    import tomllib

    from data.values import channels

    table = tomllib.loads(channels._SOURCES.read_text(encoding="utf-8"))
    names = [plain(name) for listed in table.values() for name in listed]
    assert len(set(known_names())) == len({*names})
    doubled = {
        name
        for name in names
        if len({ch for ch, listed in table.items() if name in map(plain, listed)}) > 1
    }
    assert doubled == set()
    assert {"seo", "event", "purchased_list", "other", "unknown"} <= set(channel_slugs())
