"""Every publisher of the world."""

from flows.publishers_world import (
    accounts,
    climate,
    companies,
    lists,
    news_and_buyer,
    rasters,
    scenes,
    static_layers,
)
from flows.publishers_world.publisher import Publisher

PUBLISHERS: tuple[Publisher, ...] = (
    *companies.PUBLISHERS,
    *accounts.PUBLISHERS,
    *lists.PUBLISHERS,
    *climate.PUBLISHERS,
    *rasters.PUBLISHERS,
    *scenes.PUBLISHERS,
    *static_layers.PUBLISHERS,
    *news_and_buyer.PUBLISHERS,
)
