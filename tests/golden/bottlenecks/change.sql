-- The view: period=last-90d&compare=previous&by=channel

-- $as_of = timestamp '2026-08-02 15:07:41'
-- $asked_stages = ['lead', 'sal', 'opportunity', 'won']
-- $period_end = timestamp '2026-08-02 17:00:00'
-- $period_start = timestamp '2026-05-04 17:00:00'
-- How many leads reached each step, by the values of several dimensions.
-- Grain: one row per dimension (its index in the list asked about), value (null for the missing
-- one) and step, by the stage that opens it, that any lead reached.
-- Parameters: those of the scope, which has parts; $asked_stages (the stages that open the steps).
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
        cast(["source", "channel", "campaign", "owner", "team", "region", "industry", "company_size"] as varchar[]) as parts,
        cast(null as varchar) as part_0,
        "source" as part_1,
        "channel" as part_2,
        "campaign" as part_3,
        "owner" as part_4,
        "team" as part_5,
        "region" as part_6,
        "industry" as part_7,
        "company_size" as part_8,
    from reaches
    where created_at >= $period_start
        and created_at < $period_end
        and reached_at <= $as_of
        and opens_group
),
combined as (
    select
        stage,
        columns('^part_[1-9]'),
        count(*) as reached,
    from scope
    where list_contains($asked_stages, stage)
    group by all
),
parted as (
    select
        stage,
        reached,
        unnest([*columns('^part_')]) as value,
        unnest(range(len([*columns('^part_')]))) as dimension,
    from combined
),
counts as (
    select
        dimension,
        value,
        stage,
        sum(reached) as reached,
    from parted
    group by dimension, value, stage
)
select * from counts
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $asked_stages = ['lead', 'sal', 'opportunity', 'won']
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2026-08-02 17:00:00'
-- How many leads reached each step, by the values of several dimensions.
-- Grain: one row per dimension (its index in the list asked about), value (null for the missing
-- one) and step, by the stage that opens it, that any lead reached.
-- Parameters: those of the scope, which has parts; $asked_stages (the stages that open the steps).
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
        cast(["source", "channel", "campaign", "owner", "team", "region", "industry", "company_size"] as varchar[]) as parts,
        cast(null as varchar) as part_0,
        "source" as part_1,
        "channel" as part_2,
        "campaign" as part_3,
        "owner" as part_4,
        "team" as part_5,
        "region" as part_6,
        "industry" as part_7,
        "company_size" as part_8,
    from reaches
    where created_at >= $period_start
        and created_at < $period_end
        and opens_group
),
combined as (
    select
        stage,
        columns('^part_[1-9]'),
        count(*) as reached,
    from scope
    where list_contains($asked_stages, stage)
    group by all
),
parted as (
    select
        stage,
        reached,
        unnest([*columns('^part_')]) as value,
        unnest(range(len([*columns('^part_')]))) as dimension,
    from combined
),
counts as (
    select
        dimension,
        value,
        stage,
        sum(reached) as reached,
    from parted
    group by dimension, value, stage
)
select * from counts
;

-- $as_of = timestamp '2026-08-02 15:07:41'
-- $dimension = 2
-- $first_step = 'lead'
-- $last_step = 'won'
-- $period_end = timestamp '2026-08-02 17:00:00'
-- $period_start = timestamp '2026-05-04 17:00:00'
-- How many leads of each company reached the first step and the last, by the value of a dimension.
-- Grain: one row per company with two leads or more and value (null for the missing one) of which
-- any lead entered.
-- Parameters: those of the scope, which has parts; $dimension (its place in the list asked about,
-- from 1), $first_step, $last_step (the stages that open the steps).
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
        cast(["source", "channel", "campaign", "owner", "team", "region", "industry", "company_size"] as varchar[]) as parts,
        cast(null as varchar) as part_0,
        "source" as part_1,
        "channel" as part_2,
        "campaign" as part_3,
        "owner" as part_4,
        "team" as part_5,
        "region" as part_6,
        "industry" as part_7,
        "company_size" as part_8,
    from reaches
    where created_at >= $period_start
        and created_at < $period_end
        and reached_at <= $as_of
        and opens_group
),
parted as (
    select
        company_number,
        list_extract(parts, $dimension) as value,
        stage,
    from scope
    where company_number is not null and (stage = $first_step or stage = $last_step)
),
companies as (
    select
        company_number,
        value,
        cast(count(*) filter (where stage = $first_step) as double) as leads,
        cast(count(*) filter (where stage = $last_step) as double) as reached,
    from parted
    group by company_number, value
)
select * from companies
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $dimension = 2
-- $first_step = 'lead'
-- $last_step = 'won'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2026-08-02 17:00:00'
-- How many leads of each company reached the first step and the last, by the value of a dimension.
-- Grain: one row per company with two leads or more and value (null for the missing one) of which
-- any lead entered.
-- Parameters: those of the scope, which has parts; $dimension (its place in the list asked about,
-- from 1), $first_step, $last_step (the stages that open the steps).
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
        cast(["source", "channel", "campaign", "owner", "team", "region", "industry", "company_size"] as varchar[]) as parts,
        cast(null as varchar) as part_0,
        "source" as part_1,
        "channel" as part_2,
        "campaign" as part_3,
        "owner" as part_4,
        "team" as part_5,
        "region" as part_6,
        "industry" as part_7,
        "company_size" as part_8,
    from reaches
    where created_at >= $period_start
        and created_at < $period_end
        and opens_group
),
parted as (
    select
        company_number,
        list_extract(parts, $dimension) as value,
        stage,
    from scope
    where company_number is not null and (stage = $first_step or stage = $last_step)
),
companies as (
    select
        company_number,
        value,
        cast(count(*) filter (where stage = $first_step) as double) as leads,
        cast(count(*) filter (where stage = $last_step) as double) as reached,
    from parted
    group by company_number, value
)
select * from companies
;
