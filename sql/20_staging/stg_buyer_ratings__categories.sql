create table if not exists stg_buyer_ratings__categories (
    category varchar not null,
    score double not null,
    benchmark double,
    respondents bigint not null,
    observed_to date not null,
    published_on date not null,
    origin varchar not null,
    constraint score_is_0_to_100 check (score between 0 and 100),
    constraint enough_respondents check (respondents >= 5),
    constraint known_after_it_ended check (published_on >= observed_to),
    constraint benchmark_in_range check (benchmark between 0 and 100),
    primary key (category, observed_to, published_on)
);
comment on table stg_buyer_ratings__categories is 'How suppliers rate the buyer, by category, of at least five suppliers each; higher is better.';
