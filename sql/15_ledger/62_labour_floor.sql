-- What a line would cost if its minutes were paid at the statutory minimum wage: minutes x wage per
-- minute / efficiency, and the material where it is stated. Without a stated efficiency work is
-- taken to be fully efficient, so that the floor is rather too low than too high.
create table judged_labour_costs as
select
    raw.*,
    case
        when raw.fault is not null then raw.fault
        when raw.country_iso3 is null then 'country_is_known'
        when raw.valid_from is null then 'valid_from_is_given'
        when raw.minimum_wage_per_hour is null or not isfinite(raw.minimum_wage_per_hour)
            or raw.minimum_wage_per_hour <= 0 then 'wage_is_positive'
        when raw.efficiency <= 0 or raw.efficiency > 1 then 'efficiency_is_a_share'
        when coalesce(raw.currency, reporting_currency) <> reporting_currency
            and not exists (select 1 from daily_rates where daily_rates.currency = raw.currency)
            then 'currency_has_a_rate'
    end as rule
from raw_labour_costs as raw, ledger_settings
where raw.valid_from is null or coalesce(raw.published_on, raw.valid_from) <= as_of;

create table floor_months as
with timed as (
    select lines.*, suppliers.country_iso3
    from ledger_lines as lines
    join ledger_suppliers as suppliers using (supplier_number)
    where lines.standard_minutes is not null
),
usable as (
    select country_iso3, valid_from, minimum_wage_per_hour, upper(currency) as currency,
        coalesce(efficiency, 1.0) as efficiency
    from judged_labour_costs where rule is null
),
waged as (
    select
        timed.supplier_number,
        timed.month,
        timed.value,
        timed.quantity * (
            timed.standard_minutes / 60.0 * usable.minimum_wage_per_hour
            * case when usable.currency is null or usable.currency = settings.reporting_currency
                then 1.0 else rates.rate end / usable.efficiency
            + coalesce(timed.material_cost, 0.0)
        ) as floor_cost
    from timed
    asof join usable
        on usable.country_iso3 = timed.country_iso3 and usable.valid_from <= timed.ordered_on
    cross join ledger_settings as settings
    left join daily_rates as rates
        on rates.currency = usable.currency and rates.day = timed.ordered_on
    where usable.valid_from >= timed.ordered_on - 400
)
select
    supplier_number,
    month,
    exact_sum(value) as floor_value,
    coalesce(exact_sum(case when value < floor_cost then value end), 0.0) as below_floor_value,
    exact_sum(greatest(floor_cost - value, 0.0)) as floor_gap
from waged
where floor_cost is not null
group by supplier_number, month;
