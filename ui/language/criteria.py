"""Criteria in words: who agreed on a version and when, and what is wrong with a test."""

from data.condition import ConditionError
from data.criterion import Criterion
from ui.language import current, formats
from ui.language.messages import N_, _

_WRONG = {
    "empty": N_("Write a test, such as {example}."),
    "long": N_("A test has {most} characters at the most."),
    "deep": N_("The test is nested too deep."),
    "unread": N_("This cannot be read. Write such as {example}."),
    "equals": N_("Write == to compare, and not =."),
    "no_term": N_("{said} cannot stand here. Write such as {example}."),
    "no_flag": N_("{said} is no yes or no. Compare it, such as {example}."),
    "flag": N_("{said} is a yes or no. Write {said} or not {said}."),
    "sign": N_("Compare with ==, !=, <, <=, >, >=, in or not in."),
    "list": N_("After {sign} comes a list, such as {example}."),
    "mixed": N_("A list has numbers or texts, not both."),
    "order": N_("{said} is a text, which {sign} does not order."),
    "number": N_("{said} is not a number, which {field} is compared with."),
    "text": N_("{said} is not a text in quotes, which {field} is compared with."),
    "value": N_("{said} is neither a number nor a text in quotes."),
    "meant": N_("{said} is not known. Did you mean {near}?"),
    "unknown": N_(
        '{said} is not known. There are {fields}, and column["its name"] for a further column of '
        "your files."
    ),
}


def said(criterion: Criterion) -> str:
    """What it says, in the reader's language where it is written in it."""
    return criterion.text(current.lang())


def agreed(criterion: Criterion) -> str:
    """Its version, and who agreed on it and when; or that nobody has yet."""
    version = {"version": criterion.version, "who": criterion.agreed_by}
    if criterion.agreed_on is None:
        return _("version {version}, only proposed", **version)
    day = formats.day(criterion.agreed_on)
    if criterion.agreed_by:
        return _("version {version}, agreed by {who} on {day}", day=day, **version)
    return _("version {version}, agreed on {day}", day=day, **version)


def wrong(error: ConditionError) -> str:
    """What is wrong with a test, and where in it."""
    told = _(_WRONG[error.key], **error.values)
    return told if error.at is None else _("At character {n}: {what}", n=error.at, what=told)
