-- The scores that part the leads that entered earlier into five bands of as many each.
-- Grain: one row, the four between them ascending; null where no score is known.
-- Parameters: those of the scope; $starts_earlier, $starts (when these leads begin to enter, and
-- when the later ones do).
with scored as (
    select leads.score
    from scope
    join leads on leads.lead_number = scope.lead_number
    where scope.stage_rank = 0
        and scope.entered_at >= $starts_earlier
        and scope.entered_at < $starts
        and leads.score is not null
)
select
    quantile_cont(score, 0.2) as edge_1,
    quantile_cont(score, 0.4) as edge_2,
    quantile_cont(score, 0.6) as edge_3,
    quantile_cont(score, 0.8) as edge_4,
from scored
