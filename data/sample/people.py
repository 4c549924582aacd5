"""The companies and people of the sample, and how to reach them."""

import unicodedata
from typing import Any

import numpy as np
import pandas as pd

from data.sample.world import Ints, Words, World, blanked, pick, words

_KEY_ACCOUNTS = "Key accounts"


def companies(world: World, count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Companies that leads can belong to.

    One row per company: company, short_company, domain, industry, company_size, region, province,
    team, industry_odds (log odds a step), amount (VND, the usual size of a deal).
    """
    facts = world.facts["companies"]
    industries = list(world.facts["industries"].items())
    sizes = world.facts["sizes"]
    industry = pick(rng, [table["weight"] for _, table in industries], count)
    size = pick(rng, [table["weight"] for table in sizes], count)
    region, province = _places(world, count, rng)
    form = words(facts["forms"])[pick(rng, facts["form_weights"], count)]
    first = words(facts["first"])[rng.integers(len(facts["first"]), size=count)]
    second = words(facts["second"])[rng.integers(len(facts["second"]), size=count)]
    activity = _activities([table["activities"] for _, table in industries], industry, rng)
    domain = words(facts["domains"])[pick(rng, facts["domain_weights"], count)]
    named = rng.random(count) < 0.5  # whether the web address says what the company does
    size_name = words([table["name"] for table in sizes])[size]
    return pd.DataFrame(
        {
            "company": form + " " + activity + " " + first + " " + second,
            "short_company": words([facts["short_forms"][name] for name in form])
            + (" " + activity + " " + first + " " + second),
            "domain": [
                slug(brand + (work if says else "")) + ending
                for brand, work, says, ending in zip(
                    first + second, activity, named, domain, strict=True
                )
            ],
            "industry": words([name for name, _ in industries])[industry],
            "company_size": size_name,
            "region": region,
            "province": province,
            "team": _teams(world, region, province, size_name, rng),
            "industry_odds": np.array([table["odds"] for _, table in industries])[industry],
            "amount": np.array([float(table["amount"]) for table in sizes])[size],
        }
    )


def people(world: World, domains: Words, rng: np.random.Generator) -> pd.DataFrame:
    """One person for each company domain given, in that order.

    Columns: name, plain_name (without accents), email, phone, other_phone (the same number in
    another spelling). Some have no e-mail or no phone, none has neither.
    """
    facts = world.facts["people"]
    count = len(domains)
    family, middle, given = _names(facts, count, rng)
    name = family + " " + middle + " " + given
    international, local = _phones(facts, count, rng)
    lacking = rng.random(count)
    no_email = lacking < facts["no_email"]
    no_phone = lacking > 1 - facts["no_phone"]
    written_locally = rng.random(count) < facts["local_phone"]
    free = words(facts["free_mail_domains"])[
        rng.integers(len(facts["free_mail_domains"]), size=count)
    ]
    email = _emails(
        family, middle, given, np.where(rng.random(count) < facts["free_mail"], free, domains), rng
    )
    return pd.DataFrame(
        {
            "name": name,
            "plain_name": words([plain(text) for text in name]),
            "email": blanked(email, no_email),
            "phone": blanked(np.where(written_locally, local, international), no_phone),
            "other_phone": blanked(np.where(written_locally, international, local), no_phone),
        }
    )


def junk(world: World, count: int, rng: np.random.Generator) -> pd.DataFrame:
    """What people type who do not want to be known: name, email, phone, company."""
    facts = world.facts["junk"]
    columns = {"name": "names", "email": "emails", "phone": "phones", "company": "companies"}
    drawn = {
        column: words(facts[key])[rng.integers(len(facts[key]), size=count)]
        for column, key in columns.items()
    }
    drawn["company"] = blanked(drawn["company"], rng.random(count) < 0.6)
    return pd.DataFrame(drawn)


def mistyped(contacts: pd.DataFrame, rng: np.random.Generator) -> dict[str, Words]:
    """E-mails and phones of people who were in a hurry: email, phone, in the order given."""
    how, where = rng.integers(3, size=len(contacts)), rng.integers(4, 9, size=len(contacts))
    email = [
        None if pd.isna(text) else _mistyped_email(text, way)
        for text, way in zip(contacts["email"], how, strict=True)
    ]
    phone = [
        # Two digits are missing, as typed with a thumb.
        None if pd.isna(text) else text[:cut] + text[cut + 1 : -1]
        for text, cut in zip(contacts["phone"], where, strict=True)
    ]
    return {"email": words(email), "phone": words(phone)}


def elsewhere(contacts: pd.DataFrame) -> dict[str, Words]:
    """Another e-mail and another phone of the same people, where they have one: email, phone."""
    phone = [
        None if pd.isna(text) else _other_number(text, number)
        for number, text in enumerate(contacts["phone"])
    ]
    email = [
        None if pd.isna(text) else text.lower().replace("@", f".{number + 1}@")
        for number, text in enumerate(contacts["email"])
    ]
    return {"email": words(email), "phone": words(phone)}


def _other_number(phone: str, number: int) -> str:
    """The second card in their telephone: the last seven digits are others, each time."""
    digits = "".join(sign for sign in phone if sign.isdigit())
    other = (int(digits[-7:]) * 7 + 1_234_567 * (number + 1)) % 10_000_000
    return f"+84{digits[-9:-7]}{other:07d}"


def _mistyped_email(address: str, way: int) -> str:
    name, _, domain = address.partition("@")
    return (f"{name}@", f"{name}.{domain}", f"{name}@{domain.partition('.')[0]}")[way]


def plain(text: str) -> str:
    """Vietnamese without its accents: `Đỗ Thị Hường` is `Do Thi Huong`."""
    parts = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(sign for sign in parts if unicodedata.category(sign) != "Mn")


def slug(text: str) -> str:
    """Lower-case ASCII letters and digits only."""
    return "".join(sign for sign in plain(text).lower() if sign.isalnum())


def _places(world: World, count: int, rng: np.random.Generator) -> tuple[Words, Words]:
    places = [
        (region, province, weight)
        for region, provinces in world.facts["regions"].items()
        for province, weight in provinces.items()
    ]
    chosen = pick(rng, [weight for _, _, weight in places], count)
    return (
        words([region for region, _, _ in places])[chosen],
        words([province for _, province, _ in places])[chosen],
    )


def _activities(choices: list[list[str]], industry: Ints, rng: np.random.Generator) -> Words:
    drawn = rng.random(len(industry))
    return words(
        [
            choices[number][int(part * len(choices[number]))]
            for number, part in zip(industry, drawn, strict=True)
        ]
    )


def _teams(
    world: World, region: Words, province: Words, size: Words, rng: np.random.Generator
) -> Words:
    """Who sells to a company: by its province, but many of the large ones to Key accounts."""
    facts = world.facts["teams"]
    by_place, key_share = facts["provinces"], facts["key_accounts"]
    drawn, key_drawn = rng.random((2, len(region)))
    teams = []
    for row in range(len(region)):
        near = by_place.get(province[row]) or by_place[region[row]]
        is_key = key_drawn[row] < key_share.get(size[row], 0.0)
        teams.append(_KEY_ACCOUNTS if is_key else near[int(drawn[row] * len(near))])
    return words(teams)


def _names(
    facts: dict[str, Any], count: int, rng: np.random.Generator
) -> tuple[Words, Words, Words]:
    family = words(list(facts["families"]))[pick(rng, list(facts["families"].values()), count)]
    man = rng.random(count) < facts["men"]
    middle, given = (
        np.where(
            man,
            words(facts[f"men_{part}"])[rng.integers(len(facts[f"men_{part}"]), size=count)],
            words(facts[f"women_{part}"])[rng.integers(len(facts[f"women_{part}"]), size=count)],
        )
        for part in ("middle", "given")
    )
    return family, middle, given


def _phones(facts: dict[str, Any], count: int, rng: np.random.Generator) -> tuple[Words, Words]:
    """Mobile numbers, each once, as +84912345678 and as 0912 345 678."""
    prefixes = facts["phone_prefixes"]
    spread = 10_000_000
    drawn = np.unique(rng.integers(len(prefixes) * spread, size=count + count // 100 + 50))
    number = rng.permutation(drawn)[:count]
    national = [f"{prefixes[value // spread]}{value % spread:07d}" for value in number]
    return (
        words([f"+84{digits}" for digits in national]),
        words([f"0{digits[:3]} {digits[3:6]} {digits[6:]}" for digits in national]),
    )


def _emails(
    family: Words, middle: Words, given: Words, domain: Words, rng: np.random.Generator
) -> Words:
    """An address for each name, no address twice."""
    style = rng.integers(4, size=len(family))
    slugs = {part: slug(part) for part in set(family) | set(middle) | set(given)}
    local = []
    for row in range(len(family)):
        last, mid, first = slugs[family[row]], slugs[middle[row]], slugs[given[row]]
        forms = (f"{first}.{last}", f"{last}{mid}{first}", f"{first}{last[0]}{mid[0]}", first)
        local.append(forms[style[row]])
    address = pd.Series(words(local) + "@" + domain, dtype=object)
    again = address.groupby(address, sort=False).cumcount().to_numpy()
    return words(
        [
            text if not count else text.replace("@", f"{count + 1}@")
            for text, count in zip(address, again, strict=True)
        ]
    )
