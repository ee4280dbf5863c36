-- Nodes one relation further from the suppliers than those found before.
insert into near
select distinct steps.next_node, getvariable('level')
from near
inner join steps on steps.at_node = near.node
where near.distance = getvariable('level') - 1
    and steps.next_node not in (select node from near);
