"""The numbers of a file's rows: amounts with their currency, rates, scores."""

from data.connection import row
from data.load.notices import Notice
from data.load.reader import Columns, Reader, Refusal, unreadable
from data.values import currencies, numbers


def add_number(reader: Reader, columns: Columns, name: str, cell: str) -> None:
    """A number, in the unit that its header says.

    A lead is kept without one that cannot be read; a row of spend or of rates is refused.
    """
    thousandths = name == "rate" and currencies.has_thousandths(reader.setting.currency)
    mark = numbers.decimal_mark(
        reader.con, reader.intake.file.table, cell, has_thousandths=thousandths
    )
    words = numbers.has_words(reader.con, reader.intake.file.table, cell)
    columns.typed[name] = numbers.number(cell, mark, words=words)
    header = reader.intake.entry.columns[name]
    if name == "amount" and (unit := numbers.unit_of_header(header)) > 1:
        columns.typed[name] = numbers.in_unit(columns.typed[name], cell, unit)
        reader.intake.notices.append(
            Notice.of("unit_of_header", file=reader.intake.file.name, header=header, unit=int(unit))
        )
    lost = unreadable(name, cell, "unreadable_number")
    if not reader.is_by_day:
        columns.blanks.append(lost)
        return
    columns.refusals.append(lost)
    if name == "amount":
        columns.refusals.append(Refusal("amount < 0", "negative_amount", cell))


def add_currency(reader: Reader, columns: Columns) -> None:
    """The code of the currency: the row's own, else that of the store."""
    cell = reader.intake.cell("currency")
    columns.parameters |= {
        "currency": reader.setting.currency,
        "codes": list(currencies.codes()),
        "signs": list(currencies.SIGNS),
        "sign_codes": list(currencies.SIGNS.values()),
    }
    code = "coalesce($sign_codes[list_position($signs, upper(currency))], upper(currency))"
    if cell is not None and reader.is_by_day:
        columns.refusals.append(
            Refusal(f"not list_contains($codes, {code})", "unknown_currency", cell)
        )
    if reader.table == "rates":
        columns.finished["currency"] = code
        bad = f"rate <= 0 or ({code} = $currency and rate <> 1)"
        columns.refusals.append(Refusal(bad, "bad_rate", reader.cell_of("rate")))
    elif "amount" in reader.intake.entry.columns:
        has_column = "currency" in columns.typed
        columns.typed.setdefault("currency", "cast(null as varchar)")
        own = _currency_in_amounts(reader)
        if of_header := currencies.of_header(reader.intake.entry.columns["amount"]):
            own = f"coalesce({own}, '{of_header}')"
        given = f"coalesce({code}, {own})" if has_column else own
        columns.finished["currency"] = (
            f"case when amount is not null then coalesce({given}, $currency) end"
        )


def _currency_in_amounts(reader: Reader) -> str:
    """The SQL of the currency that the amounts themselves name, `null` where none does."""
    cell, table = reader.cell_of("amount"), reader.intake.file.table
    own = reader.setting.currency
    signs, dollars = row(
        reader.con,
        f"select count(*) filter ({currencies.has_sign(cell)}), "
        f'count(*) filter ({currencies.has_bare_dollar(cell)}) from "{table}"',
    )
    if not signs:
        return "cast(null as varchar)"
    if dollars and currencies.dollar_of(own) != own:
        reader.intake.notices.append(
            Notice.of(
                "dollars",
                file=reader.intake.file.name,
                sign=currencies.DOLLAR,
                count=dollars,
                currency=currencies.dollar_of(own),
            )
        )
    return currencies.of_amount(cell, own)
