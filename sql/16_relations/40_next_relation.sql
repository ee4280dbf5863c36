-- Paths one relation longer. Of equally long paths the surest is kept, and none that a shorter one
-- is as sure as: so a path never comes by one company twice.
insert into reached
with longer as (
    select
        reached.entry,
        steps.at_node,
        least(reached.certainty, steps.confidence) as certainty,
        steps.relation,
        steps.next_node
    from reached
    inner join steps on steps.next_node = reached.node
    inner join near on near.node = steps.at_node
    where reached.relations = getvariable('level') - 1
        and near.distance + getvariable('level') <= (select most_relations from relation_settings)
),

surest as (
    select
        entry,
        at_node,
        arg_max({'relation': relation, 'next_node': next_node}, (certainty, -relation)) as step,
        max(certainty) as certainty
    from longer
    group by entry, at_node
)

select
    surest.entry,
    surest.at_node,
    getvariable('level'),
    surest.certainty,
    surest.step.relation,
    surest.step.next_node
from surest
where not exists (
    select 1 from reached
    where reached.entry = surest.entry
        and reached.node = surest.at_node
        and reached.certainty >= surest.certainty
);
