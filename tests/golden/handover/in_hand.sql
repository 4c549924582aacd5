-- The view: team=TP.HCM 2

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $currency = 'VND'
-- $dimension = 'owner'
-- $in_team = ['TP.HCM 2']
-- $last_stage = 'won'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $stage = 'lead'
-- $time_zone = 'Asia/Ho_Chi_Minh'
-- How many of the open leads that are listed each segment has.
-- Grain: one row per owner, or per team, of a listed lead.
-- Parameters: $dimension, 'owner' or 'team'; those of the list.
with listed as (
    select * from (
        -- The leads behind a step of the funnel, each with where it stood at as_of.
        -- Grain: one row per lead of the scope that reached the step; latest entries first. state: open, won
        -- or lost; reasons: why, the kinds parted by `;`, null where none is known. stage_entered_at,
        -- days_in_stage: null where only a present status tells the stage. value: the amount in the currency
        -- of the store at the rate of as_of. screening, screening_reason: the verdict, null without one;
        -- duplicate_of: the lead that it repeats.
        -- Parameters: those of the scope, whose only part is the temperature, and today's rates; $stage, the
        -- stage that opens the step.
        with scope as (
            select
                lead_number,
                company_number as company_number,
                cast(null as varchar) as segment,
                stage,
                stage_rank,
                imputed,
                created_at as entered_at,
                reached_at as reached_at,
                seconds_since_entry as seconds,
                case when next_at is not null then next_at end as moved_on_at,
                exited_at as out_at,
                out_at is not null or false as is_over,
                case
                    when moved_on_at is not null then 'advanced'
                    when is_over then 'lost'
                    else 'open'
                end as outcome,
                date_diff('microsecond', reached_at, coalesce(moved_on_at, out_at, $as_of)) / 1e6 as waited,
                cast(["temperature"] as varchar[]) as parts,
                cast(null as varchar) as part_0,
                "temperature" as part_1,
            from reaches
            where created_at >= $period_start
                and created_at < $period_end
                and list_contains($in_team, "team")
        ),
        today as (
            select
                currency,
                rate,
            from exchange
            where day = cast(timezone($time_zone, timezone('UTC', cast($as_of as timestamp))) as date)
        ),
        chosen as (
            select
                scope.lead_number,
                scope.reached_at,
                list_extract(scope.parts, 1) as temperature,
            from scope
            where scope.stage = $stage
        ),
        staying as (
            select
                stays.lead_number,
                stays.stage,
                stays.entered_at,
                stays.is_timed,
                case when stays.stage = $last_stage then 'won' else 'open' end as state,
            from stays
            join chosen on chosen.lead_number = stays.lead_number
            where stays.entered_at <= $as_of and (stays.left_at is null or stays.left_at > $as_of)
        ),
        departures as (
            select
                exits.lead_number,
                exits.stage,
                exits.entered_at,
                exits.is_timed,
                exits.reasons,
                row_number() over (
                    partition by exits.lead_number order by exits.visit_number desc
                ) as place_from_last,
            from exits
            join chosen on chosen.lead_number = exits.lead_number
            left join staying on staying.lead_number = exits.lead_number
            where exits.entered_at <= $as_of and staying.lead_number is null
        ),
        standings as (
            select
                lead_number,
                stage,
                entered_at as stage_entered_at,
                is_timed,
                state,
                null as reasons,
            from staying
            union all
            select
                lead_number,
                stage,
                entered_at as stage_entered_at,
                is_timed,
                'lost' as state,
                reasons,
            from departures
            where place_from_last = 1
        )
        select
            leads.lead_id,
            leads.created_at,
            leads.source,
            leads.owner,
            standings.stage,
            case when standings.is_timed then standings.stage_entered_at end as stage_entered_at,
            case
                when standings.is_timed
                then date_diff('microsecond', standings.stage_entered_at, $as_of) / 86400e6
            end as days_in_stage,
            chosen.reached_at,
            leads.channel,
            leads.campaign,
            leads.team,
            leads.region,
            leads.industry,
            chosen.temperature,
            leads.company,
            leads.name,
            leads.amount,
            coalesce(leads.currency, $currency) as currency,
            standings.state,
            array_to_string(cast(standings.reasons as varchar[]), ';') as reasons,
            leads.phone,
            leads.email,
            leads.need,
            leads.budget,
            leads.authority,
            leads.timing,
            leads.amount * today.rate as value,
            screening.screening,
            screening.screening_reason,
            screening.duplicate_of,
        from chosen
        join leads on leads.lead_number = chosen.lead_number
        join standings on standings.lead_number = chosen.lead_number
        left join screening on screening.lead_id = leads.lead_id
        left join today on today.currency = coalesce(leads.currency, $currency)
    )
    where state = 'open'
),
held as (
    select
        case when $dimension = 'owner' then owner else team end as segment,
    from listed
)
select
    segment,
    count(*) as open,
from held
group by segment
;
