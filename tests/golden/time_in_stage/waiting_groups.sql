-- The view: by=team

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $last_stage = 'won'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- How long leads stay at each stage: what survival is made of.
-- Grain: one row per stage and whether the stays still last at as_of. seconds: the length of each of
-- them, in no order.
-- Parameters: those of the scope.
with scope as (
    select
        lead_number,
        company_number as company_number,
        cast(null as varchar) as segment,
        stage,
        stage_rank,
        created_at,
        entered_at,
        case when left_at <= $as_of then outcome else 'open' end as outcome,
        case when left_at <= $as_of then next_stage end as next_stage,
        case when left_at <= $as_of then left_at end as gone_at,
        date_diff('microsecond', entered_at, least(coalesce(left_at, $as_of), $as_of)) / 1e6 as seconds,
    from stays
    where created_at >= $period_start
        and created_at < $period_end
        and entered_at <= $as_of
        and stage <> $last_stage
),
lengths as (
    select
        stage_rank,
        outcome = 'open' as is_open,
        array_agg(seconds) as seconds,
    from scope
    group by stage_rank, outcome = 'open'
)
select * from lengths
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $currency = 'VND'
-- $dimension = 'owner'
-- $last_stage = 'won'
-- $limits = [null, null, 604800, 1209600, 2592000, …]  (6 values)
-- $medians = [59541.0, 306510.0, 455831.0, 747881.0, 1556515.0, …]  (6 values)
-- $p90s = [599077.0, 1695567.0, 2042596.0, 2686663.0, 5272882.0, …]  (6 values)
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $stages = ['lead', 'iql', 'mql', 'sal', 'sql', …]  (6 values)
-- Who has how many of the waiting leads that are listed.
-- Grain: one row per owner, or per team, of a listed lead; most leads first.
-- Parameters: $dimension, 'owner' or 'team'; those of the list.
with listed as (
    select * from (
        -- The leads that wait: where, since when, and how long against what is usual there.
        -- Grain: one row per lead that is open at as_of in a stage other than the last; longest first.
        -- Parameters: those of the scope, whose only part is the temperature; $stages and, in the same order, $medians, $p90s and $limits, in
        -- seconds, null where there is none; $currency, for amounts that come without.
        with scope as (
            select
                lead_number,
                company_number as company_number,
                "team" as segment,
                stage,
                stage_rank,
                created_at,
                entered_at,
                case when left_at <= $as_of then outcome else 'open' end as outcome,
                case when left_at <= $as_of then next_stage end as next_stage,
                case when left_at <= $as_of then left_at end as gone_at,
                date_diff('microsecond', entered_at, least(coalesce(left_at, $as_of), $as_of)) / 1e6 as seconds,
                cast(["temperature"] as varchar[]) as parts,
                cast(null as varchar) as part_0,
                "temperature" as part_1,
            from stays
            where created_at >= $period_start
                and created_at < $period_end
                and entered_at <= $as_of
                and stage <> $last_stage
        ),
        waiting as (
            select
                lead_number,
                segment,
                stage,
                entered_at,
                seconds,
                part_1 as temperature,
                list_extract($medians, list_position($stages, stage)) as median_seconds,
                list_extract($p90s, list_position($stages, stage)) as p90_seconds,
                list_extract($limits, list_position($stages, stage)) as limit_seconds,
            from scope
            where outcome = 'open'
        )
        select
            leads.lead_id,
            waiting.stage,
            waiting.entered_at as stage_entered_at,
            waiting.seconds,
            waiting.median_seconds,
            waiting.p90_seconds,
            case
                when waiting.seconds > waiting.p90_seconds then 'beyond_p90'
                when waiting.seconds >= waiting.median_seconds then 'to_p90'
                else 'under_median'
            end as band,
            waiting.limit_seconds,
            waiting.seconds > waiting.limit_seconds as breached,
            leads.owner,
            leads.team,
            leads.source,
            leads.company,
            leads.name,
            leads.amount,
            coalesce(leads.currency, $currency) as currency,
            leads.channel,
            leads.campaign,
            leads.region,
            leads.industry,
            waiting.temperature,
            leads.need,
            leads.budget,
            leads.authority,
            leads.timing,
            leads.created_at,
            waiting.segment,
        from waiting
        join leads on leads.lead_number = waiting.lead_number
    )
    where breached
),
named as (
    select
        case when $dimension = 'owner' then owner else team end as name,
        band,
        breached,
        seconds,
    from listed
)
select
    name,
    count(*) as waiting,
    count(*) filter (where band = 'under_median') as under_median,
    count(*) filter (where band = 'to_p90') as to_p90,
    count(*) filter (where band = 'beyond_p90') as beyond_p90,
    count(*) filter (where breached) as breached,
    max(seconds) as longest_seconds,
from named
group by name
order by waiting desc, name nulls last
;
