"""Every publisher of the world."""

from flows.publishers_world import climate, companies, lists, news_and_buyer, rasters, static_layers
from flows.publishers_world.publisher import Publisher

PUBLISHERS: tuple[Publisher, ...] = (
    *companies.PUBLISHERS,
    *lists.PUBLISHERS,
    *climate.PUBLISHERS,
    *rasters.PUBLISHERS,
    *static_layers.PUBLISHERS,
    *news_and_buyer.PUBLISHERS,
)
