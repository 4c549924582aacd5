-- The view: all leads

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $call_attempts = 5
-- $call_outcome = 4
-- $consent = 3
-- $lead_stage = 'lead'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $screening = 1
-- What screening found of the leads of each segment, what is known of them, and the outcome of calls.
-- Grain: one row per segment. unscreened: leads without a verdict, since their file has no contacts.
-- called: leads of which the outcome of a call is known; attempts: how often they were called, null
-- when no file says so.
-- Parameters: those of the scope; $lead_stage (the stage that opens the funnel); $screening,
-- $consent, $call_outcome, $call_attempts (their places in parts, null where no lead has one).
with scope as (
    select
        lead_number,
        company_number as company_number,
        "batch" as segment,
        stage,
        stage_rank,
        imputed,
        created_at as entered_at,
        reached_at as reached_at,
        seconds_since_entry as seconds,
        case when group_next_at is not null then group_next_at end as moved_on_at,
        exited_at as out_at,
        out_at is not null or false as is_over,
        case
            when moved_on_at is not null then 'advanced'
            when is_over then 'lost'
            else 'open'
        end as outcome,
        date_diff('microsecond', reached_at, coalesce(moved_on_at, out_at, $as_of)) / 1e6 as waited,
        cast(["screening", "screening_reason", "consent", "call_outcome", "call_attempts"] as varchar[]) as parts,
        cast(null as varchar) as part_0,
        "screening" as part_1,
        "screening_reason" as part_2,
        "consent" as part_3,
        "call_outcome" as part_4,
        "call_attempts" as part_5,
    from reaches
    where created_at >= $period_start
        and created_at < $period_end
        and opens_group
),
arrived as (
    select
        segment,
        lead_number,
        list_extract(parts, cast($screening as bigint)) as verdict,
        list_extract(parts, cast($consent as bigint)) as consent,
        list_extract(parts, cast($call_outcome as bigint)) as outcome,
        list_extract(parts, cast($call_attempts as bigint)) as attempts,
    from scope
    where stage = $lead_stage
)
select
    arrived.segment,
    count(*) as leads,
    count(*) filter (where arrived.verdict = 'duplicate') as duplicate,
    count(*) filter (where arrived.verdict = 'invalid') as invalid,
    count(*) filter (where arrived.verdict = 'junk') as junk,
    count(*) filter (where arrived.verdict = 'unreachable') as unreachable,
    count(*) filter (where arrived.verdict = 'ok') as usable,
    count(*) filter (where arrived.verdict is null) as unscreened,
    count(leads.email) as with_email,
    count(leads.phone) as with_phone,
    count(leads.company) as with_company,
    count(*) filter (where arrived.consent = 'yes') as consent_yes,
    count(*) filter (where arrived.consent = 'no') as consent_no,
    count(*) filter (where arrived.consent is null) as consent_unknown,
    count(arrived.outcome) as called,
    count(*) filter (where arrived.outcome = 'reached') as reached,
    count(*) filter (where arrived.outcome = 'not_interested') as not_interested,
    count(*) filter (where arrived.outcome = 'no_answer') as no_answer,
    count(*) filter (where arrived.outcome = 'dead_number') as dead_number,
    count(*) filter (where arrived.outcome = 'impostor') as impostor,
    sum(try_cast(arrived.attempts as double)) as attempts,
from arrived
join leads on leads.lead_number = arrived.lead_number
group by arrived.segment
order by count(*) desc, arrived.segment
;

-- $by = 'campaign'
-- $first_day = null
-- $in_campaign = null
-- $in_channel = null
-- $in_source = null
-- $known_campaign = false
-- $known_channel = false
-- $known_source = false
-- $last_day = date '2026-10-31'
-- $named = null
-- $no_campaign = false
-- $no_channel = false
-- $no_source = false
-- $not_campaign = []
-- $not_channel = []
-- $not_source = []
-- $only_campaign = null
-- $only_channel = null
-- $only_source = null
-- $others = '(other)'
-- $out_campaign = null
-- $out_channel = null
-- $out_source = null
-- What was spent on each segment in the days of a period.
-- Grain: one row per segment that anything was spent on. amount, in the currency of the store, is
-- null when any part of it is unknown.
-- Parameters: $by ('source', 'channel' or 'campaign'); $first_day (null for no beginning) and
-- $last_day, both included; by dimension the values kept (null for all of them) and whether the
-- missing one is: $in_source, $no_source, $in_channel, $no_channel, $in_campaign, $no_campaign; the
-- values left out and whether the missing one is: $not_source, $known_source, $not_channel,
-- $known_channel, $not_campaign, $known_campaign. Where those that go together are kept, the values
-- that do not: $out_source, $out_channel, $out_campaign; where they are left out, the same:
-- $only_source, $only_channel, $only_campaign; else null. $named: the values that are segments of
-- their own, null for all; $others: the segment of all others.
with chosen as (
    select
        case $by
            when 'source' then source
            when 'channel' then channel
            when 'campaign' then campaign
        end as value,
        amount,
    from costs
    where day <= $last_day
        and (cast($first_day as date) is null or day >= $first_day)
        and (
            cast($in_source as varchar[]) is null
            or list_contains($in_source, source)
            or (source is null and $no_source)
            or not list_contains(cast($out_source as varchar[]), source)
        )
        and coalesce(not list_contains(cast($not_source as varchar[]), source), not $known_source)
        and coalesce(list_contains(cast($only_source as varchar[]), source), true)
        and (
            cast($in_channel as varchar[]) is null
            or list_contains($in_channel, channel)
            or (channel is null and $no_channel)
            or not list_contains(cast($out_channel as varchar[]), channel)
        )
        and coalesce(not list_contains(cast($not_channel as varchar[]), channel), not $known_channel)
        and coalesce(list_contains(cast($only_channel as varchar[]), channel), true)
        and (
            cast($in_campaign as varchar[]) is null
            or list_contains($in_campaign, campaign)
            or (campaign is null and $no_campaign)
            or not list_contains(cast($out_campaign as varchar[]), campaign)
        )
        and coalesce(not list_contains(cast($not_campaign as varchar[]), campaign), not $known_campaign)
        and coalesce(list_contains(cast($only_campaign as varchar[]), campaign), true)
),
named as (
    select
        case
            when value is null or cast($named as varchar[]) is null then value
            when list_contains($named, value) then value
            else $others
        end as segment,
        amount,
    from chosen
),
segments as (
    select
        segment,
        case when count(amount) = count(*) then sum(amount) end as amount,
    from named
    group by segment
)
select * from segments
order by segment nulls last
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $bad = ['dead_number', 'impostor']
-- $block = 50
-- $call_outcome = 4
-- $good = ['reached', 'not_interested']
-- $lead_stage = 'lead'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- How the calls of each batch went, in the order of the list: block by block of as many numbers.
-- Grain: one row per segment and block. Only calls that decided something: a number that nobody
-- answered is not known to be good or bad. good: the person of the list answered, interested or not.
-- Parameters: those of the scope; $lead_stage (the stage that opens the funnel); $call_outcome (its
-- place in parts, null where no lead has one); $good, $bad (outcomes); $block (numbers in a block).
with scope as (
    select
        lead_number,
        company_number as company_number,
        "batch" as segment,
        stage,
        stage_rank,
        imputed,
        created_at as entered_at,
        reached_at as reached_at,
        seconds_since_entry as seconds,
        case when group_next_at is not null then group_next_at end as moved_on_at,
        exited_at as out_at,
        out_at is not null or false as is_over,
        case
            when moved_on_at is not null then 'advanced'
            when is_over then 'lost'
            else 'open'
        end as outcome,
        date_diff('microsecond', reached_at, coalesce(moved_on_at, out_at, $as_of)) / 1e6 as waited,
        cast(["screening", "screening_reason", "consent", "call_outcome", "call_attempts"] as varchar[]) as parts,
        cast(null as varchar) as part_0,
        "screening" as part_1,
        "screening_reason" as part_2,
        "consent" as part_3,
        "call_outcome" as part_4,
        "call_attempts" as part_5,
    from reaches
    where created_at >= $period_start
        and created_at < $period_end
        and opens_group
),
called as (
    select
        segment,
        entered_at,
        lead_number,
        list_extract(parts, cast($call_outcome as bigint)) as outcome,
    from scope
    where stage = $lead_stage
),
decided as (
    select
        segment,
        list_contains($good, outcome) as is_good,
        row_number() over (partition by segment order by entered_at, lead_number) - 1 as place,
    from called
    where list_contains($good, outcome) or list_contains($bad, outcome)
)
select
    segment,
    cast(floor(place / $block) as bigint) as block,
    count(*) as called,
    count(*) filter (where is_good) as good,
from decided
group by segment, cast(floor(place / $block) as bigint)
order by segment, block
;
