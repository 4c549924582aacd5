-- Where the lines of each file begin when all files of a load are one behind the other.
-- Grain: one row per file that has moves.
-- Parameters: none; reads placed.
create or replace temp table slot_lines as
with files as (
    select
        slot,
        max(line) + 1 as lines
    from placed
    group by slot
)
select
    slot,
    coalesce(
        sum(lines) over (order by slot rows between unbounded preceding and 1 preceding), 0
    )::bigint as before
from files
