-- One row per purchase order. line_marks holds a bit per line number modulo 64: fewer bits than
-- lines means that a line may be there twice, and only these orders are searched for it.
create table ledger_orders as
select
    order_id,
    any_value(supplier_number) as supplier_number,
    min(ordered_on) as ordered_on,
    min(bound_on) as bound_on,
    count(*) as lines,
    bit_or(1::ubigint << coalesce(
        try_cast(line_id as ubigint) % 64, hash(line_id) % 64
    )::utinyint::ubigint) as line_marks
from ledger_lines
group by order_id;

create table repeated_lines as
select line_rowid, parts.source_file, repeated.source_row
from (
    select
        lines.rowid as line_rowid,
        lines.source_part,
        lines.source_row,
        row_number() over (
            partition by lines.order_id, lines.line_id order by lines.source_part, lines.source_row
        ) as place
    from ledger_lines as lines
    join ledger_orders as orders
        on orders.order_id = lines.order_id and bit_count(orders.line_marks) < orders.lines
) as repeated
join raw_order_lines_parts as parts on parts.source_part = repeated.source_part
where place > 1;

delete from ledger_lines where rowid in (select line_rowid from repeated_lines);

create table used_lines as
select source_part, count(*) as rows from ledger_lines group by source_part;
