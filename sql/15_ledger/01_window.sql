-- Spans of months that the ledger is read in. Everything after the as-of date is left out by the
-- statements that follow. Registered beforehand: ledger_settings (one row), ledger_suppliers and
-- the raw tables.
--
-- A ledger reaches as far as its rows do, not as far as the run: an extract that was taken earlier
-- would otherwise show months without orders and invoices without payments.
create table ledger_activity as
select distinct day
from (
    select ordered_on as day from raw_order_lines
    union all select changed_on from raw_order_changes
    union all select issued_on from raw_invoices
    union all select paid_on from raw_payments
    union all select delivered_on from raw_deliveries
) as rows_of_days
where day <= (select as_of from ledger_settings);

create table ledger_window as
with all_gaps as (
    select
        day,
        day - lag(day) over (order by day) as days,
        row_number() over (order by day desc) as from_the_end
    from ledger_activity
),
-- A day or two with rows long after all others are slips of dates, not what the extract reaches.
stray as (
    select min(day) as first_day
    from all_gaps
    where from_the_end <= 2
        and days > 4 * (select quantile_disc(days, 0.95) from all_gaps)
        and (select count(*) from all_gaps) >= 10
),
gaps as (
    select day, days from all_gaps
    where day < coalesce((select first_day from stray), date '9999-12-31')
),
-- Days that usually pass between two days with rows: weekends, weekly closings. Of fewer than ten
-- days with rows that is not known, and the as-of date stands.
reach as (
    select
        max(day) as last_row_on,
        case when count(*) >= 10 then quantile_disc(days, 0.95) end as usual_gap_days
    from gaps
),
payment_days as (
    select distinct paid_on as day
    from raw_payments, ledger_settings
    where paid_on <= as_of
),
payment_gaps as (
    select day, day - lag(day) over (order by day) as days from payment_days
    where day <= (select max(day) from gaps)
),
payment_reach as (
    select case when count(*) >= 10
        then max(day) + cast(quantile_disc(days, 0.95) as integer) end as payments_to
    from payment_gaps
),
known as (
    select
        settings.*,
        coalesce(last_row_on, as_of) as data_through,
        -- Quiet days that are usual belong to what the ledger covers.
        least(as_of, coalesce(last_row_on + cast(usual_gap_days as integer) - 1, as_of))
            as covered_to,
        -- A table of payments that was taken earlier than the others ends earlier.
        least(as_of, coalesce(payments_to, as_of)) as payments_to
    from ledger_settings as settings, reach, payment_reach
),
ends as (
    select
        *,
        case when last_day(covered_to) = covered_to then covered_to
             else cast(date_trunc('month', covered_to) as date) - 1 end as window_end
    from known
)
select
    *,
    least(covered_to, payments_to) as payments_known_to,
    least(window_end, data_through) as observed_to,
    cast(date_trunc('month', window_end) - interval 11 month as date) as window_start,
    cast(date_trunc('month', window_end) - interval 23 month as date) as prior_start,
    cast(date_trunc('month', window_end) - interval 35 month as date) as history_start
from ends;
