-- The present statuses of leads that exports show, of the files and the store, with what each lead
-- was at before: of a row of equal ones only the first and the last say anything.
-- Grain: one row per lead and status that is the first or the last of a row of equal ones, with the
-- columns of statuses. An export without a status for a lead counts where no other has one.
-- Parameters: none; reads shown.
with every as (
    select
        lead_id,
        stage,
        seen_at,
        dated_at,
        min(position) as position,
        min(position) as line,
    from shown
    group by lead_id, stage, seen_at, dated_at
),
told as (
    select
        *,
        max(stage) over (partition by lead_id) is not null as is_told,
    from every
),
numbered as (
    select
        *,
        row_number() over (
            partition by lead_id order by seen_at, dated_at nulls first, line, stage, position
        ) as ordinal,
        count(*) over (partition by lead_id) as ordinals,
        lag(stage) over (
            partition by lead_id order by seen_at, dated_at nulls first, line, stage, position
        ) as stage_before,
        lead(stage) over (
            partition by lead_id order by seen_at, dated_at nulls first, line, stage, position
        ) as stage_after,
    from told
    where stage is not null or not is_told
)
select
    lead_id,
    stage,
    seen_at,
    dated_at,
    position,
from numbered
where ordinal = 1
    or ordinal = ordinals
    or stage is distinct from stage_before
    or stage is distinct from stage_after
order by lead_id, ordinal
