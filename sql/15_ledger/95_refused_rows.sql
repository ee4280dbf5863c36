create view refused_rows as
select source_file, source_row, rule from judged_rates where rule is not null
union all select source_file, source_row, rule from refused_lines
union all select source_file, source_row, 'order_line_is_unique' from repeated_lines
union all select source_file, source_row, rule from judged_changes where rule is not null
union all select source_file, source_row, rule from judged_invoices where rule is not null
union all select source_file, source_row, 'invoice_is_unique' from repeated_invoices
union all select source_file, source_row, rule from judged_payments where rule is not null
union all select source_file, source_row, rule from judged_deliveries where rule is not null
union all select source_file, source_row, rule from judged_capacity where rule is not null
union all select source_file, source_row, rule from judged_cost_indices where rule is not null
union all select source_file, source_row, rule from judged_forecasts where rule is not null
union all select source_file, source_row, rule from judged_labour_costs where rule is not null;
