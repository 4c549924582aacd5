-- The reasons of the files and the store, each with its kind. Of the same said by one export after
-- the other only the first and the last are kept, which is all that they say.
-- Grain: one row per entry into an exit or a stage and reason named for it, with the columns of
-- reasons.
-- Parameters: none; reads told_reasons, reason_kinds.
with statements as (
    select
        lead_id,
        stage,
        said_at,
        known,
        list_sort(list(reason)) as said,
    from told_reasons
    group by lead_id, stage, said_at, known
),
beside as (
    select
        *,
        lag(said) over (partition by lead_id, stage, known order by said_at) as said_before,
        lead(said) over (partition by lead_id, stage, known order by said_at) as said_after,
    from statements
),
kept as (
    select
        * exclude (said_before, said_after),
    from beside
    where known = 'moved'
        or said is distinct from said_before
        or said is distinct from said_after
),
each_one as (
    select
        * exclude (said),
        unnest(said) as reason,
    from kept
)
select
    each_one.lead_id,
    each_one.stage,
    each_one.said_at,
    each_one.known,
    each_one.reason,
    reason_kinds.kind,
from each_one
join reason_kinds on reason_kinds.reason = each_one.reason
order by each_one.lead_id, each_one.said_at, each_one.reason
