-- Change of input costs by country over the same two spans: components weighted by their shares,
-- each index carried into the reporting currency. A figure holds until the next, at most 400 days,
-- because minimum wages are set once a year.
create table judged_cost_indices as
select
    raw.*,
    case
        when raw.fault is not null then raw.fault
        when raw.country_iso3 is null then 'country_is_known'
        when raw.component is null then 'component_is_given'
        when raw.valid_from is null then 'valid_from_is_given'
        when raw.index_value is null or not isfinite(raw.index_value) or raw.index_value <= 0
            then 'index_is_positive'
        when raw.share <= 0 then 'share_is_positive'
        when coalesce(raw.currency, reporting_currency) <> reporting_currency
            and not exists (select 1 from daily_rates where daily_rates.currency = raw.currency)
            then 'currency_has_a_rate'
    end as rule
from raw_cost_indices as raw, ledger_settings
where raw.valid_from is null or coalesce(raw.published_on, raw.valid_from) <= as_of;

create table cost_changes as
with months as (
    select cast(unnest(generate_series(prior_start, window_end, interval 1 month)) as date) as month
    from ledger_window
),
monthly_rates as (
    select currency, cast(date_trunc('month', day) as date) as month, avg(rate order by day) as rate
    from daily_rates group by all
),
held as (
    select
        indices.country_iso3,
        indices.component,
        months.month,
        arg_max(indices.index_value, indices.valid_from) as index_value,
        arg_max(coalesce(indices.currency, reporting_currency), indices.valid_from) as currency,
        arg_max(coalesce(indices.share, 1.0), indices.valid_from) as share
    from months
    join judged_cost_indices as indices
        on indices.rule is null
        and indices.valid_from <= last_day(months.month)
        and indices.valid_from >= last_day(months.month) - 400
    cross join ledger_settings
    group by all
),
converted as (
    select
        held.*,
        held.index_value * case when held.currency = reporting_currency then 1.0
            else rates.rate end as cost
    from held
    cross join ledger_settings
    left join monthly_rates as rates
        on rates.currency = held.currency and rates.month = held.month
),
spans as (
    select
        country_iso3,
        component,
        avg(cost order by month) filter (month >= window_start)
            / avg(cost order by month) filter (month < window_start) as change,
        arg_max(share, month) as share
    from converted, ledger_window
    where cost is not null
    group by country_iso3, component
    having count(*) filter (month >= window_start) >= 6
        and count(*) filter (month < window_start) >= 6
)
select
    country_iso3,
    ln(exact_sum(share * change) / exact_sum(share)) as cost_change,
    string_agg(component, ', ' order by component) as cost_components
from spans
group by country_iso3;
