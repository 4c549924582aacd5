"""Likely duplicates: pairs of leads that are alike in name and company.

To hold every lead against every other would take years. Leads are only compared within a block: of
one company, or of one name. A pair that is written differently in both is therefore missed, and so
is one in a block of more than MOST_IN_BLOCK different texts whose texts do not begin alike.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from data.screening.rules import Rules

MOST_IN_BLOCK = 1_000
"""Larger blocks are taken apart by the first letters of what is compared in them."""
_FIRST_LETTERS = 2
_FEW = 12
"""So many texts are compared faster one by one than all at once."""

Pair = tuple[int, int]
Entry = tuple[str, str]
"""The name and the company of somebody, as `data.screening.names` has them."""


def alike(entries: Sequence[Entry], rules: Rules) -> Iterator[Pair]:
    """The places of pairs of different entries that are alike in both, the smaller place first.

    The order of the words does not matter.
    """
    seen: set[Pair] = set()
    ordered = [tuple(" ".join(sorted(text.split())) for text in entry) for entry in entries]
    for fixed, compared, least in ((1, 0, rules.name), (0, 1, rules.company)):
        order = sorted(range(len(entries)), key=lambda place: entries[place][fixed])
        for _, same in groupby(order, key=lambda place: entries[place][fixed]):
            block = list(same)
            if len(block) < 2:
                continue
            for part in _parts(block, [entries[place][compared] for place in block]):
                texts = [ordered[place][compared] for place in part]
                for one, other in _alike_within(texts, least):
                    pair = min(part[one], part[other]), max(part[one], part[other])
                    if pair not in seen:
                        seen.add(pair)
                        yield pair


def _parts(block: list[int], texts: list[str]) -> Iterator[list[int]]:
    """A block, or what it is taken apart into when it is too large."""
    if len(block) <= MOST_IN_BLOCK:
        yield block
        return
    by_letters: dict[str, list[int]] = {}
    for place, text in zip(block, texts, strict=True):
        by_letters.setdefault(text[:_FIRST_LETTERS], []).append(place)
    for part in by_letters.values():
        # (a part that is still too large is compared in windows of its own order)
        for first in range(0, len(part), MOST_IN_BLOCK):
            yield part[first : first + MOST_IN_BLOCK]


def _alike_within(texts: list[str], least: float) -> Iterator[Pair]:
    """The places of pairs of texts that are at least so alike."""
    # Here, because it is slow to import and most loads have nobody to compare.
    from rapidfuzz import fuzz, process

    if len(texts) <= _FEW:
        ratio = fuzz.ratio
        for other, its in enumerate(texts):
            for one, own in enumerate(texts[:other]):
                if ratio(own, its, score_cutoff=least) >= least:
                    yield one, other
        return
    scores = process.cdist(texts, texts, scorer=fuzz.ratio, score_cutoff=least)
    ones, others = (scores >= least).nonzero()
    for one, other in zip(ones.tolist(), others.tolist(), strict=True):
        if one < other:
            yield one, other
