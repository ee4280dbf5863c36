create table supplier_month as
with parts as (
    select supplier_number, month from order_months
    union select supplier_number, month from change_months
    union select supplier_number, month from invoice_months
    union select supplier_number, month from chargeback_months
    union select supplier_number, month from work_months
    union select supplier_number, month from forecast_months
)
select
    suppliers.supplier_id,
    settings.source_id,
    parts.month,
    coalesce(orders.lines, 0) as order_lines,
    coalesce(orders.ordered_value, 0.0) as ordered_value,
    coalesce(orders.cancelled_value, 0.0) as cancelled_value,
    orders.lead_value,
    orders.lead_log_ratio_value,
    orders.agreed_value,
    orders.rush_value,
    case when settings.has_changes then coalesce(changes.changes, 0) end as changes,
    coalesce(invoices.invoices, 0) as invoices,
    invoices.due_value,
    invoices.late_value,
    invoices.late_value_days,
    invoices.terms_value_days,
    invoices.long_terms_value,
    case when settings.has_invoices then coalesce(chargebacks.chargeback_value, 0.0) end
        as chargeback_value,
    work.work_hours,
    capacity.capacity_hours,
    quantities.ordered_quantity,
    capacity.capacity_quantity,
    forecasts.forecast_ordered,
    forecasts.forecast_error,
    floors.floor_value,
    floors.below_floor_value,
    floors.floor_gap,
    least(last_day(parts.month), settings.data_through) as observed_to,
    -- The row holds what the ledger, cut at the as-of date, knew of the month.
    settings.as_of as published_on,
    settings.origin
from parts
join ledger_suppliers as suppliers on suppliers.supplier_number = parts.supplier_number
cross join ledger_window as settings
left join order_months as orders
    on orders.supplier_number = parts.supplier_number and orders.month = parts.month
left join change_months as changes
    on changes.supplier_number = parts.supplier_number and changes.month = parts.month
left join invoice_months as invoices
    on invoices.supplier_number = parts.supplier_number and invoices.month = parts.month
left join chargeback_months as chargebacks
    on chargebacks.supplier_number = parts.supplier_number and chargebacks.month = parts.month
left join work_months as work
    on work.supplier_number = parts.supplier_number and work.month = parts.month
left join quantity_months as quantities
    on quantities.supplier_number = parts.supplier_number and quantities.month = parts.month
left join capacity_months as capacity
    on capacity.supplier_number = parts.supplier_number and capacity.month = parts.month
left join forecast_months as forecasts
    on forecasts.supplier_number = parts.supplier_number and forecasts.month = parts.month
left join floor_months as floors
    on floors.supplier_number = parts.supplier_number and floors.month = parts.month
where parts.month between settings.history_start and settings.window_end
order by suppliers.supplier_id, parts.month;
