-- Relations that hold on the day, and why the others do not, by the number of the relation.
-- Companies may own smaller shares of each other: only a majority has an order.
create table ownership as
select distinct from_id, to_id
from known_relations
where kind in ('parent', 'listed_parent') or (kind = 'owner' and confidence = 1.0);

-- Who is above whom, to ten levels; a company above itself stands in a circle.
create table above_itself as
with recursive above(company, owner, level) as (
    select from_id, to_id, 1 from ownership where from_id <> to_id
    union
    select above.company, ownership.to_id, above.level + 1
    from above
    inner join ownership on ownership.from_id = above.owner
    where above.level < 10 and above.company <> above.owner and ownership.from_id <> ownership.to_id
)
select distinct company from above where company = owner;

create table relation_outcomes as
select
    relations.relation,
    case
        when from_id = to_id and kind in ('parent', 'listed_parent', 'owner') then 'own_parent'
        when from_id = to_id then 'relation_to_itself'
        when valid_to < valid_from then 'ends_before_it_begins'
        when confidence is null or confidence <= 0 or confidence > 1 then 'confidence_is_a_share'
        when (kind in ('parent', 'listed_parent') or (kind = 'owner' and confidence = 1.0)) and exists (
            select 1 from above_itself where above_itself.company = relations.from_id
        ) and exists (
            select 1 from above_itself where above_itself.company = relations.to_id
        ) then 'circle_of_ownership'
    end as rule,
    coalesce(known_on > as_of, false) or coalesce(valid_from > as_of, false) as is_later,
    coalesce(valid_to < as_of, false) as has_ended
from known_relations as relations, relation_settings;
