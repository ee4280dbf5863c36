-- One step along a relation: owners and neighbours both ways, goods from the consignee to the
-- shipper alone. `course` is up to an owner, down from one, goods or another.
create table steps as
select
    relation,
    from_node as at_node,
    to_node as next_node,
    confidence,
    case
        when kind in ('parent', 'listed_parent', 'owner') then 'up'
        when kind = 'shipment' then 'goods'
        else 'other'
    end as course
from numbered_relations
union all
select
    relation,
    to_node,
    from_node,
    confidence,
    case when kind in ('parent', 'listed_parent', 'owner') then 'down' else 'other' end
from numbered_relations
where kind <> 'shipment';

create table near(node bigint, distance integer);
insert into near select distinct node, 0 from start_nodes;

-- Paths by their end on a list: node, the number of relations to it, the certainty, and the next
-- step. `goods` is 0 for a path without a shipment, 1 with one, and 2 where the shipment comes
-- after a step down: it is a sister company's as soon as a step up comes before.
create table reached(
    entry bigint, node bigint, relations integer, goods integer, certainty double,
    relation bigint, next_node bigint, next_goods integer
);
insert into reached select entry, node, 0, 0, certainty, null, null, null from listed_nodes;
