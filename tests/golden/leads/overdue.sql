-- The view: team=TP.HCM 2

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $last_stage = 'won'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- Where the stays at each stage led, and after how long: what survival curves are made of.
-- Grain: one row per stage and where its stays led (a stage or an exit; null while they last).
-- seconds: the length of each of them, in no order.
-- Parameters: those of the scope.
with scope as (
    select
        lead_number,
        lead_id,
        company_number as company_number,
        cast(null as varchar) as segment,
        stage,
        stage_rank,
        created_at,
        entered_at,
        case when left_at <= $as_of then outcome else 'open' end as outcome,
        case when left_at <= $as_of then next_stage end as next_stage,
        case when left_at <= $as_of then left_at end as gone_at,
        date_diff('microsecond', entered_at, least(coalesce(left_at, $as_of), $as_of)) / 1e6 as seconds,
    from stays
    where entered_at >= $period_start
        and entered_at < $period_end
        and entered_at <= $as_of
        and stage <> $last_stage
),
lengths as (
    select
        stage_rank,
        next_stage,
        array_agg(seconds) as seconds,
    from scope
    group by stage_rank, next_stage
)
select * from lengths
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $currency = 'VND'
-- $last_stage = 'won'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $time_zone = 'Asia/Ho_Chi_Minh'
-- What won leads brought, in the currency of the store: of all leads, and by segment.
-- Grain: one row per dimension asked for and segment with any known amount. dimension_number: which
-- dimension, from 1; 0 with a null segment is all leads. amounts: leads whose amount is known;
-- value: their sum, each at the rate of the day it was won; unknown without an amount, or without a
-- rate of its currency.
-- Parameters: those of the scope, with parts; $currency (the store's).
with scope as (
    select
        lead_number,
        lead_id,
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
        cast(["company_size"] as varchar[]) as parts,
    from reaches
    where reached_at >= $period_start
        and reached_at < $period_end
),
valued as (
    select
        scope.parts,
        leads.amount * exchange.rate as value,
    from scope
    join leads on leads.lead_id = scope.lead_id
    join exchange
        on exchange.currency = coalesce(leads.currency, $currency)
        and exchange.day = cast(timezone($time_zone, timezone('UTC', scope.reached_at)) as date)
    where scope.stage = $last_stage and leads.amount is not null
),
parted as (
    select
        value,
        unnest(list_prepend(cast(null as varchar), parts)) as segment,
        unnest(range(len(parts) + 1)) as dimension_number,
    from valued
),
segments as (
    select
        dimension_number,
        segment,
        count(*) as amounts,
        sum(value) as value,
    from parted
    group by dimension_number, segment
)
select * from segments
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $chances = [[0.0503, 0.0362, 0.0323, 0.0315, 0.0329, 0.0351, 0.0365, 0.0367, 0.0365, 0.0333, 0.0325, 0.0297, 0.0285, 0.0254, 0.0222, 0.022, 0.0208, 0.0205, 0.0193, 0.0187, 0.0173, 0.0156, 0.0138, 0.0129, 0.0093, 0.0083, 0.0085, 0.0064, 0.0056, 0.0057, 0.0059, 0.0061, 0.0049, 0.0029, 0.0029, 0.003, 0.0031, 0.0031, 0.0032, 0.0017, 0.0017, 0.0017, 0.0017, 0.0018, 0.0018, 0.0018, 0.0018, 0.0018, 0.0019, 0.0019, 0.0019, 0.0019, 0.0019, 0.0019, 0.002, 0.002, 0.002, 0.0021, 0.0021, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], [0.0604, 0.0573, 0.0537, 0.0515, 0.0495, 0.0489, 0.0476, 0.046, 0.0434, 0.0416, 0.0402, 0.0374, 0.036, 0.0356, 0.0344, 0.0324, 0.0299, 0.0289, 0.0267, 0.0253, 0.0231, 0.0224, 0.0218, 0.0211, 0.0211, 0.0203, 0.0196, 0.0183, 0.017, 0.0161, 0.016, 0.0142, 0.0117, 0.0109, 0.0112, 0.0105, 0.0102, 0.0097, 0.0085, 0.0086, 0.0088, 0.0088, 0.0091, 0.0093, 0.0088, 0.0089, 0.0091, 0.0094, 0.0088, 0.0092, 0.0093, 0.0086, 0.0083, 0.0077, 0.0079, 0.0071, 0.0072, 0.0073, 0.0064, 0.0065, 0.0066, 0.0049, 0.005, 0.0051, 0.0053, 0.0053, 0.0054, 0.0056, 0.0056, 0.0058, 0.0046, 0.0046, 0.0046, 0.0047, 0.0032, 0.0033, 0.0033, 0.0018, 0.0018, 0.0018, 0.0018, 0.0018, 0.0019, 0.0019, 0.0019, 0.0019, 0.0019, 0.0019, 0.0019, 0.0019, 0.0019], [0.0867, 0.0867, 0.0864, 0.0852, 0.084, 0.082, 0.0792, 0.0772, 0.0745, 0.0722, 0.0681, 0.0643, 0.0606, 0.0591, 0.0577, 0.0531, 0.0509, 0.0482, 0.0477, 0.0445, 0.0431, 0.042, 0.0384, 0.0356, 0.0323, 0.0325, 0.0317, 0.0296, 0.0288, 0.0291, 0.0273, 0.0262, 0.0257, 0.0232, 0.0227, 0.0233, 0.0212, 0.0221, 0.0224, 0.0224, 0.0208, 0.0225, 0.022, 0.0234, 0.0241, 0.0244, 0.023, 0.0192, 0.0198, 0.0189, 0.0193, 0.0199, 0.0206, 0.0214, 0.0145, 0.0154, 0.0157, 0.0161, 0.0161, 0.0164, 0.0168, 0.0172, 0.0172, 0.0172, 0.0172, 0.018, 0.0185, 0.0156, 0.0108, 0.0114, 0.0114, 0.0118, 0.0118, 0.0118, 0.0121, 0.0121, 0.0121, 0.0125, 0.0129, 0.0129, 0.0129, 0.0129, 0.0129, 0.0129, 0.0129, 0.0129, 0.0129, 0.0129, 0.0129, 0.0129, 0.0129], [0.1297, 0.1299, 0.1297, 0.1294, 0.1285, 0.1286, 0.1273, 0.1233, 0.1209, 0.1194, 0.1168, 0.1155, 0.1121, 0.1108, 0.1093, 0.1042, 0.1012, 0.1007, 0.0975, 0.0954, 0.0952, 0.0945, 0.089, 0.0851, 0.0797, 0.078, 0.0724, 0.0695, 0.0669, 0.061, 0.0577, 0.0543, 0.0527, 0.0501, 0.0509, 0.0497, 0.0424, 0.0398, 0.039, 0.0359, 0.0367, 0.0371, 0.035, 0.0324, 0.0319, 0.0302, 0.0283, 0.0267, 0.0267, 0.0242, 0.0254, 0.0254, 0.0229, 0.0229, 0.0229, 0.0233, 0.0206, 0.0214, 0.0218, 0.0184, 0.0188, 0.0196, 0.0159, 0.0159, 0.0162, 0.0169, 0.0169, 0.0169, 0.0169, 0.0173, 0.0173, 0.0182, 0.0137, 0.0137, 0.014, 0.0144, 0.0144, 0.0144, 0.0144, 0.0144, 0.0144, 0.0144, 0.0144, 0.0144, 0.0152, 0.0156, 0.0156, 0.0161, 0.0161, 0.0161, 0.0161], [0.198, 0.198, 0.1975, 0.197, 0.1958, 0.1945, 0.1917, 0.1872, 0.1834, 0.1825, 0.1809, 0.1771, 0.1746, 0.1721, 0.1684, 0.1643, 0.1623, 0.1585, 0.1573, 0.1526, 0.1483, 0.1462, 0.138, 0.1322, 0.1293, 0.1268, 0.1262, 0.1231, 0.1219, 0.1184, 0.113, 0.1113, 0.1083, 0.1101, 0.1102, 0.1023, 0.1013, 0.1027, 0.1024, 0.0924, 0.0899, 0.0884, 0.0851, 0.0858, 0.0826, 0.0785, 0.0722, 0.0688, 0.0699, 0.0689, 0.063, 0.063, 0.059, 0.0611, 0.0587, 0.0567, 0.0526, 0.0525, 0.0536, 0.0542, 0.0512, 0.0512, 0.0493, 0.0467, 0.04, 0.041, 0.0415, 0.0384, 0.0384, 0.0357, 0.0357, 0.0357, 0.0367, 0.0292, 0.0301, 0.0311, 0.0315, 0.0268, 0.0272, 0.0282, 0.0282, 0.023, 0.018, 0.018, 0.0184, 0.0184, 0.0187, 0.0187, 0.0131, 0.0136, 0.0136], …]  (6 values)
-- $currency = 'VND'
-- $day_seconds = 86400
-- $in_team = ['TP.HCM 2']
-- $last_stage = 'won'
-- $let_go = [7776000, 7776000, 7776000, 7776000, 7776000, …]  (6 values)
-- $limits = [59541.0, 306510.0, 604800, 1209600, 2592000, …]  (6 values)
-- $mean_value = 202505405.4054054
-- $most_late = 3.0
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $size_values = [31147727.272727273, 68273972.60273972, 616857142.8571428, 242225000.0]
-- $sizes = ['1-9', '10-49', '200-499', '50-199']
-- $stages = ['lead', 'iql', 'mql', 'sal', 'sql', …]  (6 values)
-- $time_zone = 'Asia/Ho_Chi_Minh'
-- How many of the open leads that are listed stand how, by stage.
-- Grain: one row per stage of a listed lead.
-- Parameters: those of the list.
with listed as (
    select * from (
        -- The open leads, those first that are worth calling first.
        -- Grain: one row per lead that is open at as_of in a stage other than the last.
        -- state: in_time; overdue, when it has been in its stage for longer than its limit; let_go, when for
        -- longer still. value: its amount in the store's currency, else the mean of the won leads of its
        -- company size, else of all; value_from says which. chance: of being won, by whole days stayed; null
        -- beyond those that are asked about.
        -- weight: value, chance and how late it is, multiplied; null unless it is overdue. ask: what is
        -- missing to know whether it can buy, the first of four; close when nothing is; null when the store
        -- knows none of them of anybody.
        -- Parameters: those of the scope; $stages and, in the same order, $limits and $let_go (seconds, null
        -- where there is none) and $chances (lists, by whole days); $day_seconds; $most_late, the most that
        -- being late multiplies by; $sizes and, in the same order, $size_values; $mean_value; $currency.
        with scope as (
            select
                lead_number,
                lead_id,
                company_number as company_number,
                cast(null as varchar) as segment,
                stage,
                stage_rank,
                created_at,
                entered_at,
                case when left_at <= $as_of then outcome else 'open' end as outcome,
                case when left_at <= $as_of then next_stage end as next_stage,
                case when left_at <= $as_of then left_at end as gone_at,
                date_diff('microsecond', entered_at, least(coalesce(left_at, $as_of), $as_of)) / 1e6 as seconds,
            from stays
            where created_at >= $period_start
                and created_at < $period_end
                and entered_at <= $as_of
                and stage <> $last_stage
                and list_contains($in_team, "team")
        ),
        waiting as (
            select
                lead_id,
                stage,
                entered_at,
                seconds,
                list_extract($limits, list_position($stages, stage)) as limit_seconds,
                list_extract($let_go, list_position($stages, stage)) as let_go_seconds,
                list_extract($chances, list_position($stages, stage)) as chances,
            from scope
            where outcome = 'open'
        ),
        temperatures as (
            select
                lead_id,
                temperature,
            from reaches
            where stage_rank = 0
        ),
        known as (
            select
                count(need) + count(budget) + count(authority) + count(timing) > 0 as is_known,
            from leads
        ),
        today as (
            select
                currency,
                rate,
            from exchange
            where day = cast(timezone($time_zone, timezone('UTC', cast($as_of as timestamp))) as date)
        ),
        valued as (
            select
                waiting.*,
                case
                    when seconds > let_go_seconds and seconds > limit_seconds then 'let_go'
                    when seconds > limit_seconds then 'overdue'
                    else 'in_time'
                end as state,
                least(seconds / limit_seconds, $most_late) as late,
                list_extract(chances, cast(floor(seconds / $day_seconds) + 1 as integer)) as chance,
                temperatures.temperature,
                leads.* exclude (lead_id, currency),
                coalesce(leads.currency, $currency) as currency,
                leads.amount * today.rate as own_value,
                list_extract($size_values, list_position($sizes, leads.company_size)) as size_value,
                coalesce(own_value, size_value, cast($mean_value as double)) as value,
                case
                    when own_value is not null then 'lead'
                    when size_value is not null then 'company_size'
                    when $mean_value is not null then 'all'
                end as value_from,
            from waiting
            join leads on leads.lead_id = waiting.lead_id
            join temperatures on temperatures.lead_id = waiting.lead_id
            left join today on today.currency = coalesce(leads.currency, $currency)
        )
        select
            valued.lead_id,
            valued.state,
            valued.stage,
            valued.entered_at as stage_entered_at,
            valued.seconds,
            valued.limit_seconds,
            valued.company,
            valued.name,
            valued.phone,
            valued.email,
            valued.temperature,
            valued.value,
            valued.value_from,
            valued.chance,
            case when valued.state = 'overdue' then coalesce(valued.value, 1) * valued.chance * valued.late end
                as weight,
            case
                when not known.is_known then null
                when valued.need is distinct from true then 'need'
                when valued.budget is distinct from true then 'budget'
                when valued.authority is distinct from true then 'authority'
                when valued.timing is distinct from true then 'timing'
                else 'close'
            end as ask,
            valued.owner,
            valued.team,
            valued.amount,
            valued.currency,
            valued.source,
            valued.channel,
            valued.campaign,
            valued.region,
            valued.industry,
            valued.created_at,
        from valued
        cross join known
    )
),
counted as (
    select
        stage,
        count(*) as open,
        count(*) filter (state = 'overdue') as overdue,
        count(*) filter (state = 'let_go') as let_go,
        count(*) filter (state = 'in_time') as in_time,
    from listed
    group by stage
)
select
    stage,
    open,
    overdue,
    let_go,
    in_time,
from counted
order by stage
;
