-- Order lines under their rules. Values are in the reporting currency, at the rate of the day of
-- the order. A line after the as-of date is neither kept nor rejected: it is not known yet.
create view judged_lines as
select
    raw.*,
    suppliers.supplier_number,
    case when raw.currency is null or raw.currency = settings.reporting_currency then 1.0
         else rates.rate end as rate,
    coalesce(raw.confirmed_on, raw.ordered_on) as bound_on,
    case
        when raw.fault is not null then raw.fault
        when raw.order_id is null then 'order_id_is_given'
        when raw.line_id is null then 'line_id_is_given'
        when raw.supplier_id is null then 'supplier_id_is_given'
        when raw.ordered_on is null then 'ordered_on_is_given'
        when raw.quantity is null then 'quantity_is_given'
        when not isfinite(raw.quantity) or raw.quantity <= 0 then 'quantity_is_positive'
        when raw.unit_price is null then 'unit_price_is_given'
        when not isfinite(raw.unit_price) or raw.unit_price < 0 then 'unit_price_is_not_negative'
        -- A discount leaves the order of magnitude; a mark of decimals or a price per 100 does not.
        when raw.amount > 0 and raw.unit_price > 0
            and raw.quantity * raw.unit_price / raw.amount not between 0.2 and 5
            then 'amount_is_quantity_times_price'
        when raw.confirmed_on < raw.ordered_on then 'confirmed_on_or_after_order'
        when raw.requested_on < coalesce(raw.confirmed_on, raw.ordered_on)
            then 'requested_on_or_after_confirmation'
        when raw.cancelled_on < raw.ordered_on then 'cancelled_on_or_after_order'
        when raw.cancelled_quantity < 0 or raw.cancelled_quantity > raw.quantity
            then 'cancelled_quantity_within_order'
        when raw.agreed_lead_days <= 0 then 'agreed_lead_days_is_positive'
        when raw.standard_minutes <= 0 then 'standard_minutes_is_positive'
        when raw.material_cost < 0 then 'material_cost_is_not_negative'
        when suppliers.supplier_number is null then 'supplier_is_listed'
        when raw.currency is not null and raw.currency <> settings.reporting_currency
            and rates.rate is null then 'currency_has_a_rate'
    end as rule
from (select * replace (upper(currency) as currency) from raw_order_lines) as raw
cross join ledger_settings as settings
left join ledger_suppliers as suppliers on suppliers.supplier_id = raw.supplier_id
left join daily_rates as rates on rates.currency = raw.currency and rates.day = raw.ordered_on
where raw.ordered_on is null or raw.ordered_on <= settings.as_of;

create table refused_lines as
select source_file, source_row, rule, ordered_on from judged_lines where rule is not null;

create table ledger_lines as
select
    source_part,
    cast(source_row as integer) as source_row,
    supplier_number,
    order_id,
    line_id,
    cast(date_trunc('month', ordered_on) as date) as month,
    ordered_on,
    bound_on,
    requested_on,
    category,
    sku,
    incoterm,
    quantity,
    quantity * unit_price * rate as value,
    case
        when coalesce(cancelled_on, ordered_on) > as_of then 0.0
        when cancelled_quantity is not null then cancelled_quantity
        when lower(status) in (
            'cancelled', 'canceled', 'cancel', 'void', 'deleted', 'storniert', 'annulé'
        ) then quantity
        else 0.0
    end as cancelled_quantity,
    requested_on - bound_on as lead_days,
    agreed_lead_days,
    standard_minutes,
    material_cost * rate as material_cost
from judged_lines, ledger_window
where rule is null and ordered_on >= history_start;
