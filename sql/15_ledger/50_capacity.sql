-- Hours of work that orders ask for in a month, where standard minutes are known: in the months
-- of the deliveries of a line, else all of it in the month its shipment was asked for.
create table judged_deliveries as
select
    raw.source_file,
    raw.source_row,
    raw.order_id,
    raw.line_id,
    raw.delivered_on,
    raw.quantity,
    case
        when raw.fault is not null then raw.fault
        when raw.order_id is null then 'order_id_is_given'
        when raw.line_id is null then 'line_id_is_given'
        when raw.delivered_on is null then 'delivered_on_is_given'
        when raw.quantity is null or not isfinite(raw.quantity) or raw.quantity <= 0
            then 'quantity_is_positive'
        when orders.order_id is null then 'order_is_known'
        when raw.delivered_on < orders.ordered_on then 'delivered_on_or_after_order'
    end as rule
from raw_deliveries as raw
left join ledger_orders as orders on orders.order_id = raw.order_id
where raw.delivered_on is null or raw.delivered_on <= (select as_of from ledger_settings);

create table work_months as
with timed as (
    select * from ledger_lines where standard_minutes is not null
),
delivered as (
    select
        timed.supplier_number,
        deliveries.delivered_on as shipped_on,
        deliveries.quantity * timed.standard_minutes / 60.0 as hours
    from timed
    join judged_deliveries as deliveries
        on deliveries.order_id = timed.order_id and deliveries.line_id = timed.line_id
    where deliveries.rule is null
),
expected as (
    select
        supplier_number,
        requested_on as shipped_on,
        (quantity - cancelled_quantity) * standard_minutes / 60.0 as hours
    from timed
    where requested_on is not null and not exists (
        select 1 from judged_deliveries as deliveries
        where deliveries.order_id = timed.order_id and deliveries.line_id = timed.line_id
            and deliveries.rule is null
    )
)
select
    supplier_number,
    cast(date_trunc('month', shipped_on) as date) as month,
    exact_sum(hours) as work_hours
from (select * from delivered union all select * from expected)
where shipped_on <= (select as_of from ledger_settings)
group by all;

create table judged_capacity as
select
    raw.*,
    suppliers.supplier_number,
    case
        when raw.fault is not null then raw.fault
        when raw.supplier_id is null then 'supplier_id_is_given'
        when raw.valid_from is null then 'valid_from_is_given'
        when raw.basis is null or lower(raw.basis) not in ('public', 'volunteered')
            then 'basis_is_public_or_volunteered'
        when raw.hours_per_month is null and raw.units_per_month is null
            then 'some_capacity_is_given'
        when raw.hours_per_month <= 0 or raw.units_per_month <= 0 then 'capacity_is_positive'
        when suppliers.supplier_number is null then 'supplier_is_listed'
    end as rule
from raw_capacity as raw
left join ledger_suppliers as suppliers on suppliers.supplier_id = raw.supplier_id
where raw.valid_from is null
    or coalesce(raw.published_on, raw.valid_from) <= (select as_of from ledger_settings);

create table quantity_months as
select
    supplier_number,
    month,
    exact_sum(quantity - cancelled_quantity) as ordered_quantity
from ledger_lines
where supplier_number in (select supplier_number from judged_capacity where rule is null)
group by all;

create table capacity_months as
select
    capacity.supplier_number,
    months.month,
    arg_max(capacity.hours_per_month, capacity.valid_from) as capacity_hours,
    arg_max(capacity.units_per_month, capacity.valid_from) as capacity_quantity
from judged_capacity as capacity
join (
    select cast(unnest(generate_series(history_start, window_end, interval 1 month)) as date)
        as month
    from ledger_window
) as months on capacity.valid_from <= last_day(months.month)
where capacity.rule is null
group by all;
