-- Their made-up moves: each lead passes the stages in order, about one move in eight unrecorded,
-- as far as its luck and its source take it; some are then lost, some won, the rest still open.
-- Grain: one row per move, by lead_id and entered_at; no two of a lead at the same instant.
-- Parameters: $stages, the slugs in order; $shares, the share of leads that come as far as each;
-- $start and $days, as for the leads: what would happen after them is not known yet. Reads leads.
with fates as (
    select
        lead_id,
        created_at,
        chance('fate', lead_id) * case source
            when 'Referral' then 0.5
            when 'Trade fair' then 0.7
            when 'Purchased list' then 2.5
            else 1
        end as fate,
        chance('lost', lead_id) < 0.15 as gives_up,
    from leads
),
courses as (
    select
        *,
        greatest(len(list_filter($shares, lambda share: fate < share)), 1) as furthest,
    from fates
),
steps as (
    select
        *,
        unnest(range(1, furthest + 2)) as step,
    from courses
),
moves as (
    select
        lead_id,
        step,
        case when step <= furthest then $stages[step] else 'lost' end as stage,
        -- A wait is exponential, with a mean of 12 days, and never nothing.
        created_at + to_seconds(cast(sum(
            case
                when step = 1 then 0
                else 1 + floor(-12 * 86400 * ln(1 - chance('wait', lead_id || '.' || step)))
            end
        ) over (partition by lead_id order by step) as bigint)) as entered_at,
    from steps
    where step <= furthest or (gives_up and furthest < len($stages))
)
select
    lead_id,
    stage,
    entered_at,
from moves
where entered_at < $start + to_days($days)
    and (step = 1 or stage = 'lost' or chance('record', lead_id || '.' || step) > 0.125)
order by lead_id, entered_at
