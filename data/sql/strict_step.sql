-- Who reaches the next step when no step may be skipped: its first entry at or after the entry of
-- the step before, for the leads that made that one.
-- Grain: one row per lead that reaches step $step, which is a stage, or a group when $by_group.
-- Parameters: $by_group, $step (at least 1); reads detours, strict_reaches.
insert into strict_reaches
with arrivals as (
    select
        lead_number,
        reached_at,
    from strict_reaches
    where by_group = $by_group and step = $step - 1
)
select
    $by_group as by_group,
    $step as step,
    detours.lead_number,
    min(detours.entered_at) as reached_at,
from detours
join arrivals on arrivals.lead_number = detours.lead_number
where (case when $by_group then detours.group_rank else detours.stage_rank end) = $step
    and detours.entered_at >= arrivals.reached_at
group by detours.lead_number
