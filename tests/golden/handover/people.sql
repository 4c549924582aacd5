-- The view: all leads

-- $accepting = 'sal'
-- $as_of = timestamp '2026-10-31 15:07:41'
-- $clock_before = [0, 34200000000, 34200000000, 34200000000, 68400000000, …]  (730 values)
-- $clock_closes_0 = [63000000000, 0, 0, 322200000000, 408600000000, …]  (730 values)
-- $clock_opens_0 = [28800000000, 0, 0, 288000000000, 374400000000, …]  (730 values)
-- $clock_start = timestamp '2024-10-31 17:00:00'
-- $handing = 'mql'
-- $handing_rank = 2
-- $least = 30
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $taken_after_seconds = null
-- How many of each segment's leads were accepted, and how many would be at the rates of all leads
-- like them: of the same source and company size, or of the same source where those are few.
-- Grain: one row per segment; leads without one are not counted. expected: the sum of these rates;
-- variance: of how many are accepted, were it chance alone; spread: what leads of one company and
-- segment make of it, whose chances go together.
-- Parameters: those of the scope, whose parts are the source and the company size; $least (leads of
-- one source and size, under which the rate is that of the source).
with scope as (
    select
        lead_number,
        company_number as company_number,
        "owner" as segment,
        entered_at as handed_at,
        case when left_at <= $as_of then left_at end as decided_at,
        (
            ($clock_before[1 + left_tick // 86400000000]
                + greatest(0, least(left_tick, $clock_closes_0[1 + left_tick // 86400000000]) - $clock_opens_0[1 + left_tick // 86400000000]))
            - ($clock_before[1 + entered_tick // 86400000000]
                + greatest(0, least(entered_tick, $clock_closes_0[1 + entered_tick // 86400000000]) - $clock_opens_0[1 + entered_tick // 86400000000]))
        ) / 1e6 as silent_for,
        coalesce(silent_for >= $taken_after_seconds, false) and (
            decided_at is null or outcome <> 'went_back'
        ) and returned_at is null as is_taken,
        case
            when returned_at is not null then 'sent_back'
            when decided_at is not null and outcome = 'went_back' then 'sent_back'
            when is_taken or (decided_at is not null and outcome = 'advanced') then 'accepted'
            when decided_at is not null then 'exited'
            else 'waiting'
        end as answer,
        coalesce(returned_reasons, case when decided_at is not null then reasons end) as why,
        coalesce(returned_at, case when outcome = 'went_back' then decided_at end) as back_at,
        least(silent_for, coalesce($taken_after_seconds, silent_for)) as seconds,
        cast(["source", "company_size"] as varchar[]) as parts,
        cast(null as varchar) as part_0,
        "source" as part_1,
        "company_size" as part_2,
    from (
        select
            stays.*,
            returned.returned_at,
            returned.returned_reasons,
            date_diff('microsecond', $clock_start, entered_at) as entered_tick,
            date_diff('microsecond', $clock_start, least(coalesce(left_at, $as_of), $as_of)) as left_tick,
        from stays
        join (
            select
                lead_number as first_lead,
                min(visit_number) as first_visit,
            from stays
            where stage_rank >= $handing_rank
            group by lead_number
        ) as firsts on first_lead = stays.lead_number and first_visit = stays.visit_number
        left join (
            select
                lead_number,
                visit_number as returned_visit,
                left_at as returned_at,
                reasons as returned_reasons,
            from stays
            where stage = $accepting and outcome = 'went_back' and left_at <= $as_of
        ) as returned
            on returned.lead_number = stays.lead_number and returned_visit = stays.visit_number + 1
        where stays.stage = $handing
    )
    where entered_at >= $period_start
        and entered_at < $period_end
        and entered_at <= $as_of
),
counted as (
    select
        segment,
        company_number,
        list_extract(parts, 1) as source,
        list_extract(parts, 2) as size,
        cast(count(*) as double) as leads,
        cast(count(*) filter (where answer = 'accepted') as double) as accepted,
    from scope
    where segment is not null
    group by segment, company_number, source, size
),
of_source as (
    select
        source,
        sum(accepted) / sum(leads) as rate,
    from counted
    group by source
),
of_both as (
    select
        source,
        size,
        sum(accepted) / sum(leads) as rate,
        sum(leads) as leads,
    from counted
    group by source, size
),
alike as (
    select
        of_both.source,
        of_both.size,
        case when of_both.leads >= $least then of_both.rate else of_source.rate end as rate,
    from of_both
    join of_source on of_source.source is not distinct from of_both.source
),
companies as (
    select
        counted.segment,
        sum(counted.leads) as leads,
        sum(counted.accepted) as accepted,
        sum(counted.leads * alike.rate) as expected,
        sum(counted.leads * alike.rate * (1 - alike.rate)) as variance,
        case
            when counted.company_number is null then sum(
                counted.accepted * power(1 - alike.rate, 2)
                + (counted.leads - counted.accepted) * power(alike.rate, 2)
            )
            else power(sum(counted.accepted - counted.leads * alike.rate), 2)
        end as spread,
    from counted
    join alike
        on alike.source is not distinct from counted.source
        and alike.size is not distinct from counted.size
    group by counted.segment, counted.company_number
)
select
    segment,
    cast(sum(leads) as bigint) as leads,
    cast(sum(accepted) as bigint) as accepted,
    sum(expected) as expected,
    sum(variance) as variance,
    sum(spread) as spread,
from companies
group by segment
order by leads desc, segment
;
