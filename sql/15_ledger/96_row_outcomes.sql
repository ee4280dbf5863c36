-- Use of the rows that came in, by file: used, or out of scope and why. Rejected rows are
-- in refused_rows. Each figure is counted by itself, so that a row that is lost shows. A sheet that
-- was not read stands in the raw tables without the number of a row and is no row.
create table row_outcomes as
with settings as (
    select as_of, history_start from ledger_window
),
days as (
    select source_file, source_row, ordered_on as day from raw_order_lines
    union all select source_file, source_row, changed_on from raw_order_changes
    union all select source_file, source_row, delivered_on from raw_deliveries
    union all select source_file, source_row, issued_on from raw_invoices
    union all select source_file, source_row, paid_on from raw_payments
    union all select source_file, source_row, made_on from raw_forecasts
    union all select source_file, source_row,
        case when valid_from is not null then coalesce(published_on, valid_from) end
        from raw_capacity
    union all select source_file, source_row,
        case when valid_from is not null then coalesce(published_on, valid_from) end
        from raw_cost_indices
    union all select source_file, source_row,
        case when valid_from is not null then coalesce(published_on, valid_from) end
        from raw_labour_costs
),
outcomes as (
    select source_file, 'read' as outcome, count(source_row) as rows from days group by source_file
    union all
    select source_file, 'read', count(source_row) from raw_rates group by source_file
    union all
    select source_file, 'later', count(source_row) from days, settings
    where day > as_of group by source_file
    union all
    select source_file, 'earlier', count(*) from raw_order_lines, settings
    where ordered_on < history_start group by source_file
    union all
    -- Rejected lines of that time are counted with the rejected ones.
    select source_file, 'earlier', -count(*) from refused_lines, settings
    where ordered_on < history_start group by source_file
    union all
    select source_file, 'used', rows
    from used_lines join raw_order_lines_parts using (source_part)
    union all
    select source_file, case when is_counted then 'used' else 'not_of_the_buyer' end, count(*)
    from judged_changes where rule is null group by all
    union all
    select source_file, 'used', count(*) from judged_deliveries where rule is null group by all
    union all
    select source_file, 'used', count(*) from judged_invoices where rule is null group by all
    union all
    select source_file, 'used', -count(*) from repeated_invoices group by all
    union all
    select source_file, 'used', count(*) from judged_payments where rule is null group by all
    union all
    select source_file, 'used', count(*) from judged_forecasts where rule is null group by all
    union all
    select source_file, 'used', count(*) from judged_capacity where rule is null group by all
    union all
    select source_file, 'used', count(*) from judged_cost_indices where rule is null group by all
    union all
    select source_file, 'used', count(*) from judged_labour_costs where rule is null group by all
    union all
    select source_file, 'used', count(*) from judged_rates where rule is null group by all
)
select source_file, outcome, cast(sum(rows) as bigint) as rows
from outcomes group by source_file, outcome;
