-- How often leads came back to a stage they had left.
-- Grain: one row per segment and stage with stays of leads that ever went back, or out and back in:
-- of no other lead is a stage seen twice. returns: visits beyond a lead's first.
-- Parameters: those of the scope.
with comers as (
    select lead_number
    from stays
    where outcome = 'went_back'
    union all
    select lead_number
    from reaches
    where stage_rank = 0 and earlier_exits is not null
),
loops as (
    select
        segment,
        stage,
        count(*) - count(distinct lead_number) as returns,
    from scope
    where lead_number in (select lead_number from comers)
    group by segment, stage
)
select * from loops
