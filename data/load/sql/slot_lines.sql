-- Where the lines of each file stand among the moves of a lead at one instant: files in the order of
-- the earliest stage that they name, so that neither the order of the files nor that of the loads
-- decides; in a file line after line.
-- Grain: one row per file that has moves. step: how much further a line is than the one before.
-- Parameters: $step; reads placed, stage_slugs.
create or replace temp table slot_lines as
with ranks as (
    select distinct slug, rank from stage_slugs
)
select
    placed.slot,
    min(ranks.rank) * 10_000_000_000_000 as before,
    $step as step,
from placed
join ranks on ranks.slug = placed.stage
group by placed.slot
