-- How many leads reached each of some steps in the period, every win of a lead counted.
-- Grain: one row per step with any. happened: how many; pairs: their ordered pairs of one company, or
-- of one lead.
-- Parameters: those of the scope; $stages (the stages that open the steps).
with companies as (
    select
        stage,
        coalesce(company_number, -1 - lead_number) as company,
        cast(count(*) as double) as happened,
    from scope
    where list_contains($stages, stage)
    group by stage, company
)
select
    stage,
    cast(sum(happened) as bigint) as happened,
    sum(happened * (happened - 1)) as pairs,
from companies
group by stage
order by stage
