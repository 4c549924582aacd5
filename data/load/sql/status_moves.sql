-- The moves that are only known from present statuses: to the first one that was seen of a lead, and
-- to each one after it that is another. Statuses count after the last move that a file tells of.
-- entered_at: the date that the export has for the status, else that of the lead's creation; of one
-- that was another in an earlier export, a date between the two exports, else that of the later one.
-- Grain: one row per such move, with the columns of stage_history.
-- Parameters: $first_stage (where a lead without a status is), $after (the position that all of them
-- come after); reads statuses, stage_history, leads.
with last_moves as (
    select
        lead_id,
        stage,
        entered_at,
    from stage_history
    semi join statuses using (lead_id)
    where known = 'moved'
    qualify row_number() over (
        partition by lead_id order by entered_at desc, position desc
    ) = 1
),
seen as (
    select
        statuses.lead_id,
        coalesce(statuses.stage, $first_stage) as stage,
        statuses.seen_at,
        statuses.dated_at,
        statuses.position,
        statuses.position as line,
        false as is_moved,
    from statuses
    left join last_moves on last_moves.lead_id = statuses.lead_id
    where last_moves.lead_id is null
        or (statuses.stage is not null and statuses.seen_at >= last_moves.entered_at)
    union all
    select
        lead_id,
        stage,
        entered_at as seen_at,
        null as dated_at,
        -1 as position,
        -1 as line,
        true as is_moved,
    from last_moves
),
numbered as (
    select
        *,
        row_number() over (
            partition by lead_id order by seen_at, dated_at nulls first, line, stage, position
        ) as ordinal,
        lag(stage) over (
            partition by lead_id order by seen_at, dated_at nulls first, line, stage, position
        ) as stage_before,
        lag(seen_at) over (
            partition by lead_id order by seen_at, dated_at nulls first, line, stage, position
        ) as seen_before,
    from seen
),
changes as (
    select
        numbered.lead_id,
        numbered.stage,
        numbered.ordinal,
        leads.created_at,
        case when seen_before < seen_at then seen_before end as between_from,
        case
            when between_from is null then coalesce(dated_at, leads.created_at)
            when dated_at > between_from and dated_at <= seen_at then dated_at
            else seen_at
        end as best_at,
        last_moves.entered_at as moved_at,
    from numbered
    join leads on leads.lead_id = numbered.lead_id
    left join last_moves on last_moves.lead_id = numbered.lead_id
    where not is_moved and (ordinal = 1 or numbered.stage <> stage_before)
)
select
    lead_id,
    stage,
    greatest(
        created_at,
        moved_at,
        max(best_at) over (
            partition by lead_id order by ordinal rows between unbounded preceding and current row
        )
    ) as entered_at,
    $after + ordinal as position,
    'status' as known,
    between_from,
from changes
order by lead_id, ordinal
