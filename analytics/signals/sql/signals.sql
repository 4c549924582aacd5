-- How many leads with each signal were won, of those that entered earlier and later.
-- Grain: one row per signal and its band; band is null for leads of which it is not known.
-- n, won: leads that entered later, and those of them that were won within the horizon; earlier_n,
-- earlier_won: the same of those that entered earlier. And the ordered pairs of leads of one company.
-- pairs, pairs_first, pairs_both, pairs_fourths: of the later leads of the band, the first, both of
-- which were won; earlier_pairs and so on: of the earlier ones; across, across_first, across_second,
-- across_both: of a later lead of the band, and one of the other bands; since, since_first and so on:
-- of a later lead of the band, and an earlier one. Null where there are none.
-- Parameters: those of the scope, with the temperature as the only one of its parts; $won (the stage
-- that is a win); $horizon (seconds); $starts_earlier, $starts, $ends (when the earlier and the later
-- leads begin to enter, and the end of these); $edges (scores between two bands, ascending). And what
-- the select beside, of which leads fit, binds.
with wins as (
    select lead_number
    from scope
    where stage = $won and seconds <= $horizon
),
entered as (
    select
        scope.company_number,
        scope.entered_at >= $starts as is_later,
        wins.lead_number is not null as is_won,
        scope.part_1 as temperature,
        case
            when coalesce(leads.need, leads.budget, leads.authority, leads.timing) is not null
            then coalesce(cast(leads.need as integer), 0)
                + coalesce(cast(leads.budget as integer), 0)
                + coalesce(cast(leads.authority as integer), 0)
                + coalesce(cast(leads.timing as integer), 0)
        end as answers,
        case
            when leads.score is not null
            then len(list_filter(cast($edges as double[]), lambda edge: edge <= leads.score))
        end as score,
        fits.fit,
    from scope
    join leads on leads.lead_number = scope.lead_number
    join fits on fits.lead_number = scope.lead_number
    left join wins on wins.lead_number = scope.lead_number
    where scope.stage_rank = 0
        and scope.entered_at >= $starts_earlier
        and scope.entered_at < $ends
),
counted as (
    select
        company_number,
        temperature,
        answers,
        score,
        fit,
        count(*) filter (where is_later) as n,
        count(*) filter (where is_later and is_won) as won,
        count(*) filter (where not is_later) as earlier_n,
        count(*) filter (where not is_later and is_won) as earlier_won,
    from entered
    group by company_number, temperature, answers, score, fit
),
signalled as (
    select
        company_number,
        n,
        won,
        earlier_n,
        earlier_won,
        unnest(['temperature', 'answers', 'score', 'fit']) as signal,
        unnest([temperature, cast(answers as varchar), cast(score as varchar), fit]) as band,
    from counted
),
counts as (
    select
        signal,
        band,
        sum(n) as n,
        sum(won) as won,
        sum(earlier_n) as earlier_n,
        sum(earlier_won) as earlier_won,
    from signalled
    group by signal, band
),
companies as (
    select
        company_number,
        signal,
        band,
        cast(sum(n) as double) as n,
        cast(sum(won) as double) as won,
        cast(sum(earlier_n) as double) as earlier_n,
        cast(sum(earlier_won) as double) as earlier_won,
    from signalled
    where company_number is not null and band is not null
    group by company_number, signal, band
),
beside as (
    select
        company_number,
        signal,
        sum(n) as n,
        sum(won) as won,
    from companies
    group by company_number, signal
),
pairs as (
    select
        companies.signal,
        companies.band,
        sum(companies.n * (companies.n - 1)) as pairs,
        sum(companies.won * (companies.n - 1)) as pairs_first,
        sum(companies.won * (companies.won - 1)) as pairs_both,
        sum(case when companies.n > 1 then power(companies.n, 4) else 0 end) as pairs_fourths,
        sum(earlier_n * (earlier_n - 1)) as earlier_pairs,
        sum(earlier_won * (earlier_n - 1)) as earlier_pairs_first,
        sum(earlier_won * (earlier_won - 1)) as earlier_pairs_both,
        sum(case when earlier_n > 1 then power(earlier_n, 4) else 0 end) as earlier_pairs_fourths,
        sum(companies.n * (beside.n - companies.n)) as across,
        sum(companies.won * (beside.n - companies.n)) as across_first,
        sum(companies.n * (beside.won - companies.won)) as across_second,
        sum(companies.won * (beside.won - companies.won)) as across_both,
        sum(companies.n * earlier_n) as since,
        sum(companies.won * earlier_n) as since_first,
        sum(companies.n * earlier_won) as since_second,
        sum(companies.won * earlier_won) as since_both,
    from companies
    join beside
        on beside.company_number = companies.company_number
        and beside.signal = companies.signal
    group by companies.signal, companies.band
)
select
    counts.*,
    pairs.* exclude (signal, band),
from counts
left join pairs on pairs.signal = counts.signal and pairs.band = counts.band
order by counts.signal, counts.band
