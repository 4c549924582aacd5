-- Who begins when no step may be skipped: the first entry into the first step.
-- Grain: one row per lead and level ('stage', 'group') whose first step it entered.
-- Parameters: none; reads visits.
create temp table strict_reaches as
with entries as (
    select 'stage' as level, lead_number, entered_at from visits where stage_rank = 0
    union all
    select 'group' as level, lead_number, entered_at from visits where group_rank = 0
)
select
    level,
    0 as step,
    lead_number,
    min(entered_at) as reached_at,
    min(entered_at) as entered_at,
from entries
group by level, lead_number
