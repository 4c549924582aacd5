-- Who of the leads with detours begins when no step may be skipped: the first entry into the first
-- step.
-- Grain: one row per lead whose first step it entered; by_group: whether steps are groups.
-- Parameters: none; reads detours.
create temp table strict_reaches as
select
    false as by_group,
    0 as step,
    lead_number,
    min(entered_at) as reached_at,
from detours
where stage_rank = 0
group by lead_number
union all
select
    true as by_group,
    0 as step,
    lead_number,
    min(entered_at) as reached_at,
from detours
where group_rank = 0
group by lead_number
