-- Paths one relation longer. Of equally long paths with the same `goods` the surest is kept, and
-- none that a shorter one is as sure as: so a path never comes by one company twice. What a sister
-- company receives is weak evidence, however sure each step is.
insert into reached
with longer as (
    select
        reached.entry,
        steps.at_node,
        case
            when steps.course = 'goods' then greatest(reached.goods, 1)
            when steps.course = 'down' and reached.goods > 0 then 2
            else reached.goods
        end as goods,
        case
            when steps.course = 'up' and reached.goods = 2
                then least(
                    reached.certainty,
                    steps.confidence,
                    (select goods_of_a_sister from relation_settings)
                )
            else least(reached.certainty, steps.confidence)
        end as certainty,
        steps.relation,
        steps.next_node,
        reached.goods as next_goods
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
        goods,
        arg_max(
            {'relation': relation, 'next_node': next_node, 'next_goods': next_goods},
            (certainty, -relation, -next_goods)
        ) as step,
        max(certainty) as certainty
    from longer
    group by entry, at_node, goods
)

select
    surest.entry,
    surest.at_node,
    getvariable('level'),
    surest.goods,
    surest.certainty,
    surest.step.relation,
    surest.step.next_node,
    surest.step.next_goods
from surest
where not exists (
    select 1 from reached
    where reached.entry = surest.entry
        and reached.node = surest.at_node
        and reached.goods <= surest.goods
        and reached.certainty >= surest.certainty
);
