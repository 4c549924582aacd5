-- What screens scan to time: how long each lead stayed where.
-- Grain: one row per visit to a stage (exits are not stages). The lead's dimensions are on the row.
-- outcome: advanced (to a later stage), lost (to an exit, named by next_stage), went_back, or open
-- (still there at the end of the data: left_at, next_stage and seconds are null).
-- is_timed: whether its length is known, both ends being moves that a file tells of.
-- Parameters: none; reads lead_dimensions, visits.
create table stays as
with followed as (
    select
        lead_number,
        stage,
        stage_rank,
        entered_at,
        visit_number,
        is_timed
            and coalesce(
                lead(is_timed) over (partition by lead_number order by visit_number), true
            ) as is_timed,
        lead(entered_at) over (partition by lead_number order by visit_number) as left_at,
        lead(stage) over (partition by lead_number order by visit_number) as next_stage,
        lead(stage_rank) over (partition by lead_number order by visit_number) as next_rank,
    from visits
)
select
    lead_dimensions.* exclude (lead_number),
    followed.stage,
    followed.stage_rank,
    followed.visit_number,
    followed.entered_at,
    followed.left_at,
    followed.next_stage,
    case
        when followed.next_stage is null then 'open'
        when followed.next_rank is null then 'lost'
        when followed.next_rank > followed.stage_rank then 'advanced'
        else 'went_back'
    end as outcome,
    date_diff('microsecond', followed.entered_at, followed.left_at) / 1e6 as seconds,
    followed.is_timed,
from followed
join lead_dimensions on lead_dimensions.lead_number = followed.lead_number
where followed.stage_rank is not null
order by followed.lead_number, followed.visit_number
