-- Where the lines of each file stand among the moves of a lead at one instant: files in the order of
-- the earliest stage that they name, so that neither the order of the files nor that of the loads
-- decides; in a file line after line.
-- Grain: one row per file that has moves. step: how much further a line is than the one before.
-- Parameters: $step; reads placed.
create or replace temp table slot_lines as
select
    slot,
    min(rank) * 10_000_000_000_000 as before,
    $step as step,
from placed
group by slot
