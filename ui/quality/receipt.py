"""The receipt of a batch: its lines, what follows from them, and the page to print."""

from html import escape
from typing import Any

import pandas as pd

from analytics.quality.batches import BAD, Receipt
from ui.language import current, formats, labels
from ui.language.messages import _, _n
from ui.quality import calls

_PAGE = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; color: #111; }}
h1 {{ font-size: 1.5rem; margin: 0; }} p {{ margin: .5rem 0 1.5rem; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; padding: .5rem 0; border-bottom: 1px solid #ccc; font-weight: 400; }}
td {{ text-align: right; font-variant-numeric: tabular-nums; }}
strong {{ display: block; margin-top: 1.5rem; }}
@page {{ size: A4; margin: 2cm; }}
</style></head><body><h1>{title}</h1><p>{days}</p><table>{rows}</table><strong>{verdict}</strong>
</body></html>
"""


def lines(chosen: Receipt, currency: str) -> list[tuple[str, str]]:
    """What was received and what is left of it: a label and a number each."""
    row = chosen.row
    said = [
        (_("Received"), formats.number(row["leads"])),
        (_("Duplicates of leads that you had, or of each other"), formats.number(row["duplicate"])),
        (_("Wrong contacts"), formats.number(row["invalid"])),
        (_("Junk"), formats.number(row["junk"])),
        (_("Out of reach"), formats.number(row["unreachable"])),
        (
            _("Usable"),
            f"{formats.number(row['usable'])} ({formats.percent(row['usable_rate'])})",
        ),
        (_("Cost of a usable lead"), formats.money(row["cost_per_usable"], currency)),
        (_("Consent given"), _consents(row)),
    ]
    if chosen.called:
        said.append((_("Called, with a clear outcome"), formats.number(chosen.called)))
        said.append((_("The right person answered"), formats.number(chosen.good)))
        for outcome in BAD:
            label = labels.value_label("call_outcome", outcome)
            said.append((label, formats.number(row[outcome])))
        said.append((_("Calls per lead"), calls.per_lead(row)))
    said.append((_("Promised by the seller"), formats.percent(chosen.promised, 0)))
    return said


def _consents(row: "pd.Series[Any]") -> str:
    if row["consent_unknown"] == row["leads"]:
        return _("not known")
    return formats.number(row["consent_yes"])


def verdict(chosen: Receipt) -> str:
    """Whether the batch keeps what was promised, as far as that is known."""
    promised = formats.percent(chosen.promised, 0)
    if not chosen.called:
        return _("Whether {promised} are good is not known before numbers are called.",
                 promised=promised)  # fmt: skip
    if chosen.stopped_at is not None:
        return _n(
            "Stop calling: after {n} number it was clear that fewer than {promised} are good.",
            "Stop calling: after {n} numbers it was clear that fewer than {promised} are good.",
            chosen.stopped_at,
            promised=promised,
        )
    return _("Not clearly below {promised} so far: go on calling.", promised=promised)


def page(chosen: Receipt, currency: str, days: str) -> bytes:
    """The page to print or to send: whole in itself, in the reader's language."""
    rows = "".join(
        f"<tr><th>{escape(label)}</th><td>{escape(text)}</td></tr>"
        for label, text in lines(chosen, currency)
    )
    text = _PAGE.format(
        lang=current.lang(),
        title=escape(chosen.batch),
        days=escape(days),
        rows=rows,
        verdict=escape(verdict(chosen)),
    )
    return text.encode()
