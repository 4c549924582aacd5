-- How long moving on takes at each stage: the time within which nine in ten of the visits that
-- ended by moving on to a later stage did so.
-- Grain: one row per stage that any lead moved on from. horizon in seconds.
-- Parameters: those of the scope.
with stages as (
    select
        stage_rank,
        quantile_cont(seconds, 0.9) as horizon,
    from scope
    where outcome = 'advanced'
    group by stage_rank
)
select * from stages
order by stage_rank
