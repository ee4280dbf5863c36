-- The buyer's forecast for a month and what was then ordered. The last forecast
-- made before the month counts; where a supplier's forecasts of a month name products, its orders
-- are compared product by product.
create table judged_forecasts as
select
    raw.*,
    suppliers.supplier_number,
    cast(date_trunc('month', raw.month) as date) as of_month,
    case
        when raw.fault is not null then raw.fault
        when raw.supplier_id is null then 'supplier_id_is_given'
        when raw.month is null then 'month_is_given'
        when raw.made_on is null then 'made_on_is_given'
        when raw.quantity is null or not isfinite(raw.quantity) or raw.quantity < 0
            then 'forecast_is_not_negative'
        when raw.made_on >= date_trunc('month', raw.month) then 'made_on_before_its_month'
        when suppliers.supplier_number is null then 'supplier_is_listed'
    end as rule
from raw_forecasts as raw
left join ledger_suppliers as suppliers on suppliers.supplier_id = raw.supplier_id
where raw.made_on is null or raw.made_on <= (select as_of from ledger_settings);

create table forecast_months as
with latest as (
    select supplier_number, of_month as month, sku, arg_max(quantity, made_on) as forecast
    from judged_forecasts
    where rule is null
    group by supplier_number, of_month, sku
),
told as (
    select supplier_number, month, bool_or(sku is not null) as by_product
    from latest group by supplier_number, month
),
expected as (
    select latest.supplier_number, latest.month, latest.sku, latest.forecast
    from latest join told using (supplier_number, month)
    where (latest.sku is not null) = told.by_product
),
ordered as (
    select
        lines.supplier_number,
        lines.month,
        case when told.by_product then lines.sku end as sku,
        exact_sum(lines.quantity) as quantity
    from ledger_lines as lines
    join told on told.supplier_number = lines.supplier_number and told.month = lines.month
    group by all
)
select
    coalesce(expected.supplier_number, ordered.supplier_number) as supplier_number,
    coalesce(expected.month, ordered.month) as month,
    exact_sum(coalesce(ordered.quantity, 0.0)) as forecast_ordered,
    exact_sum(abs(coalesce(ordered.quantity, 0.0) - coalesce(expected.forecast, 0.0)))
        as forecast_error
from expected
full join ordered
    on ordered.supplier_number = expected.supplier_number
    and ordered.month = expected.month
    and ordered.sku is not distinct from expected.sku
group by all;
