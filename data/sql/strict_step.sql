-- Who reaches the next step when no step may be skipped: its first entry at or after the entry of
-- the step before, for the leads that made that one.
-- Grain: one row per lead that reaches step $step at level $level ('stage' or 'group').
-- Parameters: $level, $step (at least 1); reads visits, strict_reaches.
insert into strict_reaches
with entries as (
    select
        lead_number,
        entered_at,
    from visits
    where (case when $level = 'stage' then stage_rank else group_rank end) = $step
),
arrivals as (
    select
        level,
        lead_number,
        reached_at,
        entered_at,
    from strict_reaches
    where level = $level and step = $step - 1
)
select
    arrivals.level,
    $step as step,
    arrivals.lead_number,
    min(entries.entered_at) as reached_at,
    arrivals.entered_at,
from arrivals
join entries on entries.lead_number = arrivals.lead_number
where entries.entered_at >= arrivals.reached_at
group by arrivals.level, arrivals.lead_number, arrivals.entered_at
