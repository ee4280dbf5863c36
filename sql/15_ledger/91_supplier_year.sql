create table supplier_year as
with counted as (
    select orders.supplier_number, count(*) as orders
    from ledger_orders as orders, ledger_window
    where orders.ordered_on between window_start and window_end
    group by orders.supplier_number
)
select
    suppliers.supplier_id,
    settings.source_id,
    settings.window_start,
    settings.window_end,
    settings.reporting_currency as currency,
    counted.orders,
    prices.matched_products,
    prices.matched_value,
    prices.laspeyres_change,
    prices.paasche_change,
    prices.price_change,
    costs.cost_change,
    costs.cost_components,
    settings.observed_to,
    settings.as_of as published_on,
    settings.origin
from counted
join ledger_suppliers as suppliers on suppliers.supplier_number = counted.supplier_number
cross join ledger_window as settings
left join price_changes as prices on prices.supplier_number = counted.supplier_number
left join cost_changes as costs on costs.country_iso3 = suppliers.country_iso3
order by suppliers.supplier_id;
