-- A sum that does not depend on the order in which threads reach the rows: each value is added to
-- nine decimals, without rounding in between. One value alone is itself, and values that 38 digits
-- cannot hold are added as they are.
create macro exact_sum(x) as
    case
        when count(x) = 1 then max(x)
        when max(abs(x)) >= 1e18 then sum(x)
        else cast(sum(case when abs(x) < 1e18 then cast(x as decimal(38, 9)) end) as double)
    end;
