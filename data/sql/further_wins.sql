-- What is scanned beside reaches when every win of a lead counts: its wins after the first.
-- Grain: one row per lead and further win, with the columns of reaches. Where no stage may be
-- skipped, a win counts that is later than the first one that counts so.
-- Parameters: $stage (the one that is a win); reads reaches, wins.
create table further_wins as
with numbered as (
    select
        lead_number,
        won_at,
        row_number() over (partition by lead_number order by won_at, copy) as number,
    from wins
),
later as (
    select * from numbered where number > 1
)
select
    reaches.* replace (
        later.won_at as reached_at,
        date_diff('microsecond', reaches.created_at, later.won_at) / 1e6 as seconds_since_entry,
        false as imputed,
        case
            when later.won_at > reaches.strict_at or reaches.strict_at = reaches.reached_at
            then later.won_at
        end as strict_at,
        date_diff('microsecond', reaches.strict_entered_at, later.won_at) / 1e6 as strict_seconds,
        case
            when later.won_at > reaches.strict_group_at
                or reaches.strict_group_at = reaches.reached_at
            then later.won_at
        end as strict_group_at,
        date_diff('microsecond', reaches.strict_group_entered_at, later.won_at) / 1e6
            as strict_group_seconds
    ),
from reaches
join later on later.lead_number = reaches.lead_number
where reaches.stage = $stage
order by reaches.lead_number, later.won_at
