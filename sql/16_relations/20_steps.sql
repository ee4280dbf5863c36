-- One step along a relation: owners and neighbours both ways, goods from the consignee to the
-- shipper alone.
create table steps as
select relation, from_node as at_node, to_node as next_node, confidence from numbered_relations
union all
select relation, to_node, from_node, confidence
from numbered_relations
where kind <> 'shipment';

create table near(node bigint, distance integer);
insert into near select distinct node, 0 from start_nodes;

-- Paths by their end on a list: node, the number of relations to it, the certainty, and the next step.
create table reached(
    entry bigint, node bigint, relations integer, certainty double, relation bigint,
    next_node bigint
);
insert into reached select entry, node, 0, certainty, null, null from listed_nodes;
