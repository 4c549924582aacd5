-- The view: period=last-90d&as_of=2026-06-30

-- $as_of = timestamp '2026-06-30 16:59:59.999999'
-- $period_end = timestamp '2026-06-30 17:00:00'
-- $period_start = timestamp '2026-04-01 17:00:00'
-- How many leads reached each step, how many of them were out by as_of, whether or not they had moved
-- on before, and how soon they reached it; and the ordered pairs of leads of one company.
-- Grain: one row per segment and step that a lead reached; the step by the rank of its stage.
-- pairs: of leads that reached the step; pairs_moved: those of which the first moved on to the next
-- one; pairs_entered: of a lead that reached the step, and another that entered. pairs_fourths: the
-- fourth powers of the leads of each company with two or more, summed. Null without any such pair.
-- Parameters: those of the scope.
with scope as (
    select
        lead_number,
        company_number as company_number,
        cast(null as varchar) as segment,
        stage,
        stage_rank,
        imputed,
        created_at as entered_at,
        reached_at as reached_at,
        seconds_since_entry as seconds,
        case when group_next_at <= $as_of then group_next_at end as moved_on_at,
        case
            when exited_at <= $as_of then exited_at
            when len(list_filter(earlier_exits, lambda turn: turn <= $as_of)) % 2 = 1 then list_filter(earlier_exits, lambda turn: turn <= $as_of)[-1]
        end as out_at,
        out_at is not null or false as is_over,
        case
            when moved_on_at is not null then 'advanced'
            when is_over then 'lost'
            else 'open'
        end as outcome,
        date_diff('microsecond', reached_at, coalesce(moved_on_at, out_at, $as_of)) / 1e6 as waited,
    from reaches
    where created_at >= $period_start
        and created_at < $period_end
        and reached_at <= $as_of
        and opens_group
),
steps as (
    select
        segment,
        stage_rank,
        count(*) as reached,
        count(*) filter (where is_over) as over,
        quantile_cont(seconds, 0.5) as median_seconds,
    from scope
    group by segment, stage_rank
),
companies as (
    select
        segment,
        company_number,
        stage_rank,
        cast(count(*) as double) as leads,
        cast(count(moved_on_at) as double) as moved_on,
    from scope
    where company_number is not null
    group by segment, company_number, stage_rank
),
entered as (
    select
        segment,
        company_number,
        leads,
    from companies
    where stage_rank = 0 and leads > 1
),
pairs as (
    select
        companies.segment,
        companies.stage_rank,
        sum(companies.leads * (companies.leads - 1)) as pairs,
        sum(companies.moved_on * (companies.leads - 1)) as pairs_moved,
        sum(
            case when companies.leads > 1 then power(companies.leads, 4) else 0 end
        ) as pairs_fourths,
        coalesce(sum(companies.leads * (entered.leads - 1)), 0) as pairs_entered,
    from companies
    left join entered
        on entered.company_number = companies.company_number
        and entered.segment is not distinct from companies.segment
    group by companies.segment, companies.stage_rank
)
select
    steps.*,
    pairs.pairs,
    pairs.pairs_moved,
    pairs.pairs_entered,
    pairs.pairs_fourths,
from steps
left join pairs
    on pairs.stage_rank = steps.stage_rank and pairs.segment is not distinct from steps.segment
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $period_end = timestamp '2026-06-30 17:00:00'
-- $period_start = timestamp '2026-04-01 17:00:00'
-- How many leads reached each step, how many of them were out by as_of, whether or not they had moved
-- on before, and how soon they reached it; and the ordered pairs of leads of one company.
-- Grain: one row per segment and step that a lead reached; the step by the rank of its stage.
-- pairs: of leads that reached the step; pairs_moved: those of which the first moved on to the next
-- one; pairs_entered: of a lead that reached the step, and another that entered. pairs_fourths: the
-- fourth powers of the leads of each company with two or more, summed. Null without any such pair.
-- Parameters: those of the scope.
with scope as (
    select
        lead_number,
        company_number as company_number,
        cast(null as varchar) as segment,
        stage,
        stage_rank,
        imputed,
        created_at as entered_at,
        reached_at as reached_at,
        seconds_since_entry as seconds,
        case when group_next_at is not null then group_next_at end as moved_on_at,
        exited_at as out_at,
        out_at is not null or false as is_over,
        case
            when moved_on_at is not null then 'advanced'
            when is_over then 'lost'
            else 'open'
        end as outcome,
        date_diff('microsecond', reached_at, coalesce(moved_on_at, out_at, $as_of)) / 1e6 as waited,
    from reaches
    where created_at >= $period_start
        and created_at < $period_end
        and opens_group
),
steps as (
    select
        segment,
        stage_rank,
        count(*) as reached,
        count(*) filter (where is_over) as over,
        quantile_cont(seconds, 0.5) as median_seconds,
    from scope
    group by segment, stage_rank
),
companies as (
    select
        segment,
        company_number,
        stage_rank,
        cast(count(*) as double) as leads,
        cast(count(moved_on_at) as double) as moved_on,
    from scope
    where company_number is not null
    group by segment, company_number, stage_rank
),
entered as (
    select
        segment,
        company_number,
        leads,
    from companies
    where stage_rank = 0 and leads > 1
),
pairs as (
    select
        companies.segment,
        companies.stage_rank,
        sum(companies.leads * (companies.leads - 1)) as pairs,
        sum(companies.moved_on * (companies.leads - 1)) as pairs_moved,
        sum(
            case when companies.leads > 1 then power(companies.leads, 4) else 0 end
        ) as pairs_fourths,
        coalesce(sum(companies.leads * (entered.leads - 1)), 0) as pairs_entered,
    from companies
    left join entered
        on entered.company_number = companies.company_number
        and entered.segment is not distinct from companies.segment
    group by companies.segment, companies.stage_rank
)
select
    steps.*,
    pairs.pairs,
    pairs.pairs_moved,
    pairs.pairs_entered,
    pairs.pairs_fourths,
from steps
left join pairs
    on pairs.stage_rank = steps.stage_rank and pairs.segment is not distinct from steps.segment
;

-- $as_of = timestamp '2026-06-30 16:59:59.999999'
-- $period_end = timestamp '2026-06-30 17:00:00'
-- $period_start = timestamp '2026-04-01 17:00:00'
create temp table "lead_steps" as
-- Which steps each lead reached.
-- Grain: one row per lead of the scope; its steps as the sum of 2 to the power of their ranks.
-- Parameters: those of the scope.
with scope as (
    select
        lead_number,
        company_number as company_number,
        cast(null as varchar) as segment,
        stage,
        stage_rank,
        imputed,
        created_at as entered_at,
        reached_at as reached_at,
        seconds_since_entry as seconds,
        case when group_next_at <= $as_of then group_next_at end as moved_on_at,
        case
            when exited_at <= $as_of then exited_at
            when len(list_filter(earlier_exits, lambda turn: turn <= $as_of)) % 2 = 1 then list_filter(earlier_exits, lambda turn: turn <= $as_of)[-1]
        end as out_at,
        out_at is not null or false as is_over,
        case
            when moved_on_at is not null then 'advanced'
            when is_over then 'lost'
            else 'open'
        end as outcome,
        date_diff('microsecond', reached_at, coalesce(moved_on_at, out_at, $as_of)) / 1e6 as waited,
    from reaches
    where created_at >= $period_start
        and created_at < $period_end
        and reached_at <= $as_of
        and opens_group
),
reached as (
    select lead_number, sum(power(2, stage_rank)) as steps from scope group by lead_number
)
select leads.lead_id, reached.steps
from reached
join leads on leads.lead_number = reached.lead_number
;

create temp table "earlier_steps" as select * from arriving
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $period_end = timestamp '2026-06-30 17:00:00'
-- $period_start = timestamp '2026-04-01 17:00:00'
-- Which steps leads had reached then and have reached now, of those that are in both data.
-- Grain: one row per set of steps then, of `earlier_steps`, and set of steps now, as in lead_steps.
-- Parameters: those of the scope.
with scope as (
    select
        lead_number,
        company_number as company_number,
        cast(null as varchar) as segment,
        stage,
        stage_rank,
        imputed,
        created_at as entered_at,
        reached_at as reached_at,
        seconds_since_entry as seconds,
        case when group_next_at is not null then group_next_at end as moved_on_at,
        exited_at as out_at,
        out_at is not null or false as is_over,
        case
            when moved_on_at is not null then 'advanced'
            when is_over then 'lost'
            else 'open'
        end as outcome,
        date_diff('microsecond', reached_at, coalesce(moved_on_at, out_at, $as_of)) / 1e6 as waited,
    from reaches
    where created_at >= $period_start
        and created_at < $period_end
        and opens_group
),
reached as (
    select lead_number, sum(power(2, stage_rank)) as steps from scope group by lead_number
)
select earlier_steps.steps as earlier, reached.steps as later, count(*) as leads
from reached
join leads on leads.lead_number = reached.lead_number
join earlier_steps on earlier_steps.lead_id = leads.lead_id
group by all
;
