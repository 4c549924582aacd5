"""What a load does with the rows of its files, step by step, until its input tables are there."""

from collections.abc import Callable

from data.connection import row, value
from data.load import (
    history,
    identity,
    leads,
    marketing,
    outcome,
    reasons,
    sales,
    screened,
    spellings,
    statuses,
    touched,
)
from data.load.notices import Notice
from data.load.rejects import hold_refused, list_refused
from data.load.rows import refuse_doubled
from data.load.work import Load
from data.mapping.fields import OF_LEADS
from data.mapping.guess import ENOUGH_MOVES, is_one_move_each


def _unite_ids(work: Load) -> None:
    rewritten = [
        *identity.unite_forms(work.con, work.intakes, merge=work.merge),
        *identity.unite_further_ids(work.con, work.intakes),
    ]
    for intake in rewritten:
        refuse_doubled(work.con, intake)


def _unite_leads(work: Load) -> None:
    leads.unite_leads(work.con, work.intakes, work.merge)


def _agree_on_spellings(work: Load) -> None:
    work.notices += spellings.agree(work.con, work.intakes, merge=work.merge)


def _gather_moves(work: Load) -> None:
    history.gather_moves(work.con, work.intakes, work.draft.pipeline)


def _settle_leads(work: Load) -> None:
    strict = _has_list_of_leads(work)
    if leads.settle_leads(
        work.con, work.intakes, work.mapping.channels, strict=strict, merge=work.merge
    ):
        work.notices.append(Notice.of("came_with_moves"))
    spellings.correct(work.con, "leads")


def _has_list_of_leads(work: Load) -> bool:
    """Whether a list of leads has come in, so that a move of any other lead is refused."""
    if any(each.has_creation for each in work.intakes if each.entry.table in OF_LEADS):
        return True
    # (a generation made from moves alone has no list to hold new leads against)
    listed = "select count(*) > 0 from previous.loaded_files where \"table\" = 'leads'"
    return work.merge and bool(value(work.con, listed))


def _keep_further(work: Load) -> None:
    leads.keep_further(work.con, work.intakes, merge=work.merge)


def _place_moves(work: Load) -> None:
    history.place_moves(work.con, work.draft.pipeline, work.setting.zone)


def _refuse_rows(work: Load) -> None:
    history.refuse_rows(work.con, work.intakes)


def _add_history(work: Load) -> None:
    history.add_history(work.con, merge=work.merge)


def _add_statuses(work: Load) -> None:
    work.notices += statuses.add_statuses(
        work.con, work.intakes, work.draft.pipeline, work.setting.now, merge=work.merge
    )


def _add_reasons(work: Load) -> None:
    reasons.add_reasons(work.con, work.intakes, work.draft.pipeline, merge=work.merge)


def _add_sales(work: Load) -> None:
    work.notices += sales.add_sales(work.con, work.intakes, work.draft.pipeline, merge=work.merge)


def _look_at_ids(work: Load) -> None:
    """Says so when nearly every lead of a history that was guessed at has one move."""
    leads = value(work.con, "select count(*) from leads")
    for intake in work.intakes:
        if intake.entry.table != "stage_history" or not work.is_guessed:
            continue
        # (the history has all that the file has, of no more leads than there are)
        written = value(work.con, f'select count(*) from "{intake.table}" where refusal is null')
        if written >= ENOUGH_MOVES and not is_one_move_each(written, leads):
            continue
        moves, moved = row(
            work.con,
            "select count(*), count(distinct lead_id) from stage_history "
            f'semi join (select lead_id from "{intake.table}" where refusal is null) '
            "using (lead_id)",
        )
        if moves >= ENOUGH_MOVES and is_one_move_each(moves, moved):
            work.notices.append(
                Notice.of(
                    "one_move_each",
                    file=intake.file.name,
                    leads=moved,
                    moves=moves,
                    header=intake.entry.columns["lead_id"],
                )
            )


def _add_touches_and_spend(work: Load) -> None:
    marketing.make_channels(work.con, work.intakes, work.mapping.channels, merge=work.merge)
    marketing.add_touches(work.con, work.intakes, merge=work.merge)
    work.notices += marketing.add_spend(work.con, work.intakes, merge=work.merge)


def _add_rates(work: Load) -> None:
    """Adds the rates; says so when those of the store no longer mean anything."""
    before, currency = work.draft.previous, work.draft.currency
    is_same = before is not None and before.currency == currency
    marketing.add_rates(work.con, work.intakes, merge=work.merge and is_same)
    if (
        work.merge
        and before
        and not is_same
        and value(work.con, "select count(*) from previous.rates")
    ):
        work.notices.append(Notice.of("rates_left_out", currency=currency, before=before.currency))
    lacking = marketing.currencies_without_rate(work.con, currency)
    if lacking:
        work.notices.append(Notice.of("no_rate", currencies=", ".join(lacking), currency=currency))


def _widen(work: Load) -> None:
    if work.is_narrow:
        touched.widen(work.draft)


def _screen(work: Load) -> None:
    screened.screen_leads(
        work.con,
        work.intakes,
        work.mapping,
        merge=work.merge,
        progress=lambda what, share: work.progress(what, 0.5 + 0.1 * share),
    )


def _list_refused(work: Load) -> None:
    for intake in work.intakes:
        hold_refused(work.con, intake)
        history.list_early_cells(work.con, intake)
        list_refused(work.con, intake)
    outcome.keep_refused(work.con, merge=work.merge)


STEPS: tuple[Callable[[Load], None], ...] = (
    _unite_ids,
    _unite_leads,
    _agree_on_spellings,
    _gather_moves,
    _settle_leads,
    _keep_further,
    _place_moves,
    _refuse_rows,
    _add_history,
    _add_statuses,
    _add_reasons,
    _add_sales,
    _look_at_ids,
    _add_touches_and_spend,
    _add_rates,
    _widen,
    _screen,
    _list_refused,
)
"""In this order: a lead without a creation date came with its first move, so that leads are settled
after the moves are gathered and before these are placed on them. How sources are spelled is agreed
before channels are looked up by them; what sales were needs the moves as they were placed, and
reasons are of these or of a status. Rows whose lead is not there are refused before the history,
touches and spend take what is left; then all refusals are known."""
