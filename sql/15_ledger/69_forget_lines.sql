-- Nothing below reads single lines; their memory goes to the invoices.
drop table ledger_lines;
