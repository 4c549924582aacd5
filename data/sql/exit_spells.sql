-- When each lead was out of the pipeline (lost, disqualified).
-- Grain: one row per lead that ever left. exited_at: since when it is out, null when it came back;
-- earlier_exits: the instants of the spells that ended, out, back, out, back, in order.
-- Parameters: none; reads visits.
create temp table exit_spells as
with gone as (
    select distinct lead_number from visits where stage_rank is null
),
states as (
    select
        lead_number,
        entered_at,
        visit_number,
        stage_rank is null as is_out,
        coalesce(
            lag(stage_rank is null) over (partition by lead_number order by visit_number),
            false
        ) as was_out,
    from visits
    semi join gone on gone.lead_number = visits.lead_number
),
turns as (
    select
        lead_number,
        list(entered_at order by visit_number) as instants,
    from states
    where is_out <> was_out
    group by lead_number
)
select
    lead_number,
    case when len(instants) % 2 = 1 then instants[len(instants)] end as exited_at,
    case when len(instants) > 1 then instants[1:len(instants) - len(instants) % 2] end
        as earlier_exits,
from turns
