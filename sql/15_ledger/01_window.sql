-- Spans of months that the ledger is read in. Everything after the as-of date is left out by the
-- statements that follow. Registered beforehand: ledger_settings (one row), ledger_suppliers.
create table ledger_window as
with ends as (
    select
        *,
        case when last_day(as_of) = as_of then as_of
             else cast(date_trunc('month', as_of) as date) - 1 end as window_end
    from ledger_settings
)
select
    *,
    cast(date_trunc('month', window_end) - interval 11 month as date) as window_start,
    cast(date_trunc('month', window_end) - interval 23 month as date) as prior_start,
    cast(date_trunc('month', window_end) - interval 35 month as date) as history_start
from ends;
