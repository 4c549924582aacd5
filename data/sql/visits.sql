-- What happened to each lead, in order: its visits to stages and exits.
-- Grain: one row per lead and visit; entries that repeat the stage before them are one visit. Sorted
-- by lead and visit.
-- is_timed: whether it is known when it began. by_person: as in entries. left_at, next_stage, next_rank, is_end_timed: of the
-- visit after it, null for the last one. is_climb: whether it is to a later stage than all before.
-- Parameters: none; reads entries. Its windows without an order go along the rows, which are sorted
-- already, so that nothing is sorted a second time.
create temp table visits as
with marked as (
    select
        *,
        lag(lead_number) over () as lead_before,
        lag(stage) over () as stage_before,
    from entries
),
begun as (
    select
        * exclude (lead_before, stage_before),
        lead_before is distinct from lead_number as is_first,
        -- (grows from lead to lead, and with each stage that is later than all before)
        cast(lead_number as bigint) * 65536 + stage_rank as height,
        row_number() over () as number,
    from marked
    where lead_before is distinct from lead_number or stage <> stage_before
),
placed as (
    select
        *,
        max(case when is_first then number end) over (
            rows between unbounded preceding and current row
        ) as first_number,
        max(height) over (rows between unbounded preceding and current row) as greatest_height,
        lead(lead_number) over () as next_lead,
        lead(entered_at) over () as next_at,
        lead(stage) over () as stage_after,
        lead(stage_rank) over () as rank_after,
        lead(is_timed) over () as is_timed_after,
    from begun
),
compared as (
    select
        *,
        lag(greatest_height) over () as height_before,
        next_lead is not distinct from lead_number as is_followed,
    from placed
)
select
    lead_number,
    stage,
    stage_rank,
    group_rank,
    entered_at,
    is_timed,
    by_person,
    number - first_number + 1 as visit_number,
    case when is_followed then next_at end as left_at,
    case when is_followed then stage_after end as next_stage,
    case when is_followed then rank_after end as next_rank,
    case when is_followed then is_timed_after end as is_end_timed,
    coalesce(height > coalesce(height_before, -1), false) as is_climb,
from compared
