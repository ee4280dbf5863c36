create table if not exists stg_news__articles (
    source_id varchar not null,
    article_id varchar not null,
    supplier_id varchar not null,
    domain varchar not null,
    language varchar not null,
    outlet_country_iso2 varchar,
    tone double,
    themes varchar[] not null,
    title_marks bigint[] not null,
    match_score double not null,
    observed_to date not null,
    published_on date not null,
    origin varchar not null,
    constraint tone_in_range check (tone is null or tone between -100 and 100),
    constraint match_is_a_share check (match_score between 0 and 1),
    constraint outlet_country_has_two_letters check (
        outlet_country_iso2 is null or length(outlet_country_iso2) = 2
    ),
    constraint known_after_it_was check (published_on >= observed_to),
    primary key (source_id, article_id, supplier_id)
);
comment on table stg_news__articles is 'Articles about suppliers, each at the accept band of the name matcher. No headline, no address, no person.';
comment on column stg_news__articles.title_marks is 'Hashes of the pairs of words of the headline, by which copies are known.';
