-- The steps of every path that begins at a supplier.
create table paths as
with recursive walk(start_node, entry, relations, certainty, position, node, relation, next_node) as (
    select reached.node, entry, relations, certainty, 1, reached.node, relation, next_node
    from reached
    inner join start_nodes on start_nodes.node = reached.node
    where relations > 0
    union all
    select
        walk.start_node,
        walk.entry,
        walk.relations,
        walk.certainty,
        walk.position + 1,
        reached.node,
        reached.relation,
        reached.next_node
    from walk
    inner join reached
        on reached.entry = walk.entry
        and reached.node = walk.next_node
        and reached.relations = walk.relations - walk.position
    where walk.position < walk.relations
)

select * from walk;
