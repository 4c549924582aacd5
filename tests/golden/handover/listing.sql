-- The view: all leads

-- $accepting = 'sal'
-- $as_of = timestamp '2026-10-31 15:07:41'
-- $clock_before = [0, 34200000000, 34200000000, 34200000000, 68400000000, …]  (730 values)
-- $clock_closes_0 = [63000000000, 0, 0, 322200000000, 408600000000, …]  (730 values)
-- $clock_opens_0 = [28800000000, 0, 0, 288000000000, 374400000000, …]  (730 values)
-- $clock_start = timestamp '2024-10-31 17:00:00'
-- $handing = 'mql'
-- $handing_rank = 2
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $taken_after_seconds = null
-- The leads that were handed over, each with the answer; those without one first, the longest waiting
-- before the others.
-- Grain: one row per lead of the scope.
-- Parameters: those of the scope.
with scope as (
    select
        lead_number,
        company_number as company_number,
        cast(null as varchar) as segment,
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
handed as (
    select
        lead_number,
        handed_at,
        answer,
        is_taken,
        why,
        decided_at,
        back_at,
        seconds,
    from scope
)
select
    leads.lead_id,
    leads.company,
    leads.name,
    leads.phone,
    leads.email,
    leads.owner,
    leads.team,
    leads.source,
    handed.handed_at,
    handed.answer,
    handed.is_taken,
    cast(handed.why as varchar[]) as why,
    handed.decided_at,
    handed.back_at,
    handed.seconds,
from handed
join leads on leads.lead_number = handed.lead_number
order by decided_at is not null, handed_at, lead_id
;

-- $accepting = 'sal'
-- $as_of = timestamp '2026-10-31 15:07:41'
-- $clock_before = [0, 34200000000, 34200000000, 34200000000, 68400000000, …]  (730 values)
-- $clock_closes_0 = [63000000000, 0, 0, 322200000000, 408600000000, …]  (730 values)
-- $clock_opens_0 = [28800000000, 0, 0, 288000000000, 374400000000, …]  (730 values)
-- $clock_start = timestamp '2024-10-31 17:00:00'
-- $handing = 'mql'
-- $handing_rank = 2
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $reason = 'price'
-- $taken_after_seconds = null
with listed as (
    select * from (
        -- The leads that were handed over, each with the answer; those without one first, the longest waiting
        -- before the others.
        -- Grain: one row per lead of the scope.
        -- Parameters: those of the scope.
        with scope as (
            select
                lead_number,
                company_number as company_number,
                cast(null as varchar) as segment,
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
        handed as (
            select
                lead_number,
                handed_at,
                answer,
                is_taken,
                why,
                decided_at,
                back_at,
                seconds,
            from scope
        )
        select
            leads.lead_id,
            leads.company,
            leads.name,
            leads.phone,
            leads.email,
            leads.owner,
            leads.team,
            leads.source,
            handed.handed_at,
            handed.answer,
            handed.is_taken,
            cast(handed.why as varchar[]) as why,
            handed.decided_at,
            handed.back_at,
            handed.seconds,
        from handed
        join leads on leads.lead_number = handed.lead_number
    )
    where list_contains(why, $reason)
)
select count(*) as n from listed
;
