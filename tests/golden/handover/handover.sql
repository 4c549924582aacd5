-- The view: by=team&taken_after=24

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
-- $taken_after_seconds = 86400
-- What became of the leads of each segment that were handed over, and how long answers took.
-- Grain: one row per segment. taken: of those accepted, the ones that nobody answered for in time.
-- answered_seconds, waiting_seconds: the working time up to each answer, and of each lead without one
-- to as_of, in no order; null where there is none.
-- And the ordered pairs of leads of one company. pairs: both handed over; pairs_first, pairs_both: the
-- first, both of them accepted; pairs_fourths: the fourth powers of the leads of each company with two
-- or more, summed. across: pairs with a lead of another segment; across_first, across_second,
-- across_both: this lead, the other, both of them accepted. Null where there are none.
-- Parameters: those of the scope.
with scope as (
    select
        lead_number,
        company_number as company_number,
        "team" as segment,
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
segments as (
    select
        segment,
        count(*) as handed_over,
        count(*) filter (where answer = 'accepted') as accepted,
        count(*) filter (where answer = 'sent_back') as sent_back,
        count(*) filter (where answer = 'exited') as exited,
        count(*) filter (where answer = 'waiting') as waiting,
        count(*) filter (where is_taken) as taken,
        array_agg(seconds) filter (where answer <> 'waiting') as answered_seconds,
        array_agg(seconds) filter (where answer = 'waiting') as waiting_seconds,
    from scope
    group by segment
),
companies as (
    select
        segment,
        company_number,
        cast(count(*) as double) as leads,
        cast(count(*) filter (where answer = 'accepted') as double) as came,
    from scope
    where company_number is not null
    group by segment, company_number
),
together as (
    select
        *,
        sum(leads) over (partition by company_number) - leads as others,
        sum(came) over (partition by company_number) - came as others_came,
    from companies
),
pairs as (
    select
        segment,
        sum(leads * (leads - 1)) as pairs,
        sum(came * (leads - 1)) as pairs_first,
        sum(came * (came - 1)) as pairs_both,
        sum(case when leads > 1 then power(leads, 4) else 0 end) as pairs_fourths,
        sum(leads * others) as across,
        sum(came * others) as across_first,
        sum(leads * others_came) as across_second,
        sum(came * others_came) as across_both,
    from together
    group by segment
)
select
    segments.*,
    pairs.* exclude (segment),
from segments
left join pairs on pairs.segment is not distinct from segments.segment
order by segments.handed_over desc, segments.segment
;

-- The view: level=stage&skipped=strict&window=90&by=team&channel=event,~&as_of=2026-06-30

-- $accepting = 'sal'
-- $as_of = timestamp '2026-06-30 16:59:59.999999'
-- $clock_before = [0, 34200000000, 34200000000, 34200000000, 68400000000, …]  (730 values)
-- $clock_closes_0 = [63000000000, 0, 0, 322200000000, 408600000000, …]  (730 values)
-- $clock_opens_0 = [28800000000, 0, 0, 288000000000, 374400000000, …]  (730 values)
-- $clock_start = timestamp '2024-10-31 17:00:00'
-- $handing = 'mql'
-- $handing_rank = 2
-- $in_channel = ['event']
-- $period_end = timestamp '2026-06-30 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $taken_after_seconds = null
-- What became of the leads of each segment that were handed over, and how long answers took.
-- Grain: one row per segment. taken: of those accepted, the ones that nobody answered for in time.
-- answered_seconds, waiting_seconds: the working time up to each answer, and of each lead without one
-- to as_of, in no order; null where there is none.
-- And the ordered pairs of leads of one company. pairs: both handed over; pairs_first, pairs_both: the
-- first, both of them accepted; pairs_fourths: the fourth powers of the leads of each company with two
-- or more, summed. across: pairs with a lead of another segment; across_first, across_second,
-- across_both: this lead, the other, both of them accepted. Null where there are none.
-- Parameters: those of the scope.
with scope as (
    select
        lead_number,
        company_number as company_number,
        "team" as segment,
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
        and (list_contains($in_channel, "channel") or "channel" is null)
),
segments as (
    select
        segment,
        count(*) as handed_over,
        count(*) filter (where answer = 'accepted') as accepted,
        count(*) filter (where answer = 'sent_back') as sent_back,
        count(*) filter (where answer = 'exited') as exited,
        count(*) filter (where answer = 'waiting') as waiting,
        count(*) filter (where is_taken) as taken,
        array_agg(seconds) filter (where answer <> 'waiting') as answered_seconds,
        array_agg(seconds) filter (where answer = 'waiting') as waiting_seconds,
    from scope
    group by segment
),
companies as (
    select
        segment,
        company_number,
        cast(count(*) as double) as leads,
        cast(count(*) filter (where answer = 'accepted') as double) as came,
    from scope
    where company_number is not null
    group by segment, company_number
),
together as (
    select
        *,
        sum(leads) over (partition by company_number) - leads as others,
        sum(came) over (partition by company_number) - came as others_came,
    from companies
),
pairs as (
    select
        segment,
        sum(leads * (leads - 1)) as pairs,
        sum(came * (leads - 1)) as pairs_first,
        sum(came * (came - 1)) as pairs_both,
        sum(case when leads > 1 then power(leads, 4) else 0 end) as pairs_fourths,
        sum(leads * others) as across,
        sum(came * others) as across_first,
        sum(leads * others_came) as across_second,
        sum(came * others_came) as across_both,
    from together
    group by segment
)
select
    segments.*,
    pairs.* exclude (segment),
from segments
left join pairs on pairs.segment is not distinct from segments.segment
order by segments.handed_over desc, segments.segment
;
