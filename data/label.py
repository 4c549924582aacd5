"""The labels of what a company names in its pipeline: one text a language."""

from data.toml import TomlTable

Labels = tuple[tuple[str, str], ...]
"""Pairs of a language and the text in it."""


def labels_of(entry: TomlTable) -> Labels:
    """The `label` of an entry: texts by language, or one that is English. Raises TomlError."""
    label = entry.entries.get("label")
    if isinstance(label, str):
        return (("en", label),)
    return tuple(sorted(entry.texts("label").items()))


def in_language(slug: str, labels: Labels, lang: str) -> str:
    """What something is called in a language, else in English, else its slug."""
    names = dict(labels)
    return names.get(lang) or names.get("en") or slug
