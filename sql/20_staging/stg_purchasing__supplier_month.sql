create table if not exists stg_purchasing__supplier_month (
    supplier_id varchar not null,
    source_id varchar not null,
    month date not null,
    order_lines bigint not null,
    ordered_value double not null,
    cancelled_value double not null,
    lead_value double,
    lead_log_ratio_value double,
    agreed_value double,
    rush_value double,
    changes bigint,
    invoices bigint not null,
    due_value double,
    late_value double,
    late_value_days double,
    terms_value_days double,
    long_terms_value double,
    chargeback_value double,
    work_hours double,
    capacity_hours double,
    ordered_quantity double,
    capacity_quantity double,
    forecast_ordered double,
    forecast_error double,
    floor_value double,
    below_floor_value double,
    floor_gap double,
    observed_to date not null,
    published_on date not null,
    origin varchar not null,
    constraint month_is_its_first_day check (extract('day' from month) = 1),
    constraint shares_within_their_whole check (
        coalesce(late_value, 0) between 0 and coalesce(due_value, 0) * 1.000001
        and coalesce(rush_value, 0) between 0 and coalesce(agreed_value, 0) * 1.000001
        and coalesce(below_floor_value, 0) between 0 and coalesce(floor_value, 0) * 1.000001
        and coalesce(long_terms_value, 0) between 0 and coalesce(due_value, 0) * 1.000001
        and cancelled_value between 0 and ordered_value * 1.000001
    ),
    constraint known_after_it_ended check (published_on >= observed_to),
    constraint counts_not_negative check (least(order_lines, changes, invoices) >= 0),
    constraint figures_not_negative check (least(
        lead_value, late_value_days, terms_value_days, chargeback_value, work_hours, capacity_hours,
        ordered_quantity, capacity_quantity, forecast_ordered, forecast_error, floor_gap
    ) >= 0),
    constraint lead_times_are_finite check (isfinite(coalesce(lead_log_ratio_value, 0))),
    primary key (supplier_id, source_id, month)
);
comment on table stg_purchasing__supplier_month is 'What the buyer ordered from, changed at and paid to a supplier, by month; values in the reporting currency.';
comment on column stg_purchasing__supplier_month.month is 'First day; orders by order date, changes by their date, invoices by due date, work by shipment.';
comment on column stg_purchasing__supplier_month.lead_value is 'Ordered value with an offered lead time and a usual one to compare with.';
comment on column stg_purchasing__supplier_month.lead_log_ratio_value is 'Sum of value times ln(offered lead days / usual lead days).';
comment on column stg_purchasing__supplier_month.agreed_value is 'Ordered value with an offered and an agreed lead time; rush_value is the part of it offered under 60 % of the agreed time.';
comment on column stg_purchasing__supplier_month.changes is 'Changes the buyer asked for after confirmation; null where the ledger holds no changes.';
comment on column stg_purchasing__supplier_month.due_value is 'Invoiced less credited, of invoices that can be judged; late_value is the part not paid by five days after it was due.';
comment on column stg_purchasing__supplier_month.forecast_error is 'Sum over products of |ordered - forecast|, in pieces; forecast_ordered is what was ordered of them.';
comment on column stg_purchasing__supplier_month.floor_value is 'Ordered value of lines with standard minutes in a country with a stated minimum wage; below_floor_value is the part priced under wages and material, floor_gap what it lacks.';
comment on column stg_purchasing__supplier_month.work_hours is 'Hours that the quantities shipped ask for, by standard minutes.';
