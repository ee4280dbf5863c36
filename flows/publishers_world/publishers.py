"""Every publisher of the world."""

from flows.publishers_world import climate, companies, lists, news_and_buyer, rasters
from flows.publishers_world.publisher import Publisher

PUBLISHERS: tuple[Publisher, ...] = (
    *companies.PUBLISHERS,
    *lists.PUBLISHERS,
    *climate.PUBLISHERS,
    *rasters.PUBLISHERS,
    *news_and_buyer.PUBLISHERS,
)
