-- The wins of each lead, and what each brought: of most leads one, of those whose every win counts
-- all that a file tells.
-- Grain: one row per lead and win. copy: 1, 2, … of several at one instant; amount, currency: of the
-- win, which is the amount of the lead where it has one win; null when unknown.
-- Parameters: $stage (the one that is a win); reads reaches, leads, sales.
create table wins as
with first_wins as (
    select
        reaches.lead_number,
        leads.lead_id,
        reaches.created_at,
        reaches.reached_at,
        leads.amount,
        leads.currency,
    from reaches
    join leads on leads.lead_number = reaches.lead_number
    where reaches.stage = $stage
),
told as (
    select
        first_wins.lead_number,
        greatest(sales.sold_at, first_wins.created_at) as won_at,
        sales.amount,
        sales.currency,
    from sales
    join first_wins on first_wins.lead_id = sales.lead_id
    where sales.counts and sales.sold_at is not null
),
earliest as (
    select
        lead_number,
        min(won_at) as told_at,
    from told
    group by lead_number
),
every as (
    select * from told
    union all
    select
        first_wins.lead_number,
        first_wins.reached_at as won_at,
        case when earliest.told_at is null then first_wins.amount end as amount,
        case when earliest.told_at is null then first_wins.currency end as currency,
    from first_wins
    left join earliest on earliest.lead_number = first_wins.lead_number
    where earliest.told_at is null or earliest.told_at > first_wins.reached_at
)
select
    *,
    row_number() over (
        partition by lead_number, won_at order by amount nulls last, currency nulls last, lead_number
    ) as copy,
from every
order by lead_number, won_at, copy
