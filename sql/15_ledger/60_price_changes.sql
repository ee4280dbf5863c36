-- Matched-model price change: products (SKU and incoterm) bought in the window and in the twelve
-- months before it, unit values in the reporting currency, Fisher = sqrt(Laspeyres x Paasche).
-- A unit value that moved more than five-fold is a change of unit or a typing error, not a price.
create table price_changes as
with products as (
    select
        supplier_number,
        sku,
        incoterm,
        exact_sum(case when month < window_start then quantity end) as quantity_before,
        exact_sum(case when month < window_start then value end) as value_before,
        exact_sum(case when month >= window_start then quantity end) as quantity_now,
        exact_sum(case when month >= window_start then value end) as value_now
    from ledger_lines, ledger_window
    where sku is not null
        and month between prior_start and window_end
        and value > 0
        and cancelled_quantity < quantity
    group by supplier_number, sku, incoterm
),
matched as (
    select
        *,
        value_before / quantity_before as price_before,
        value_now / quantity_now as price_now
    from products
    where quantity_before > 0 and quantity_now > 0
)
select
    supplier_number,
    count(*) as matched_products,
    exact_sum(value_now) as matched_value,
    ln(exact_sum(price_now * quantity_before) / exact_sum(value_before)) as laspeyres_change,
    ln(exact_sum(value_now) / exact_sum(price_before * quantity_now)) as paasche_change,
    (laspeyres_change + paasche_change) / 2 as price_change
from matched
where price_now / price_before between 0.2 and 5.0
group by supplier_number;
