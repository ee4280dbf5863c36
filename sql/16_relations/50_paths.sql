-- The steps of every path that begins at a supplier: of each length the surest, and none that a
-- shorter one is as sure as.
create table paths as
with recursive begun as (
    select reached.*
    from reached
    inner join start_nodes on start_nodes.node = reached.node
    where relations > 0
    qualify
        row_number() over (
            partition by entry, reached.node, relations order by certainty desc, goods
        ) = 1
        and certainty > coalesce(
            max(certainty) over (
                partition by entry, reached.node order by relations
                range between unbounded preceding and 1 preceding
            ),
            0
        )
),

walk(
    start_node, entry, relations, certainty, position, node, relation, next_node, next_goods
) as (
    select node, entry, relations, certainty, 1, node, relation, next_node, next_goods
    from begun
    union all
    select
        walk.start_node,
        walk.entry,
        walk.relations,
        walk.certainty,
        walk.position + 1,
        reached.node,
        reached.relation,
        reached.next_node,
        reached.next_goods
    from walk
    inner join reached
        on reached.entry = walk.entry
        and reached.node = walk.next_node
        and reached.goods = walk.next_goods
        and reached.relations = walk.relations - walk.position
    where walk.position < walk.relations
)

select * from walk;
