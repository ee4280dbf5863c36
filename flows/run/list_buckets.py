"""Fingerprints of what is known of some suppliers at a time.

A supplier lies in one of a fixed number of buckets by its id alone, so that a supplier that comes
or goes leaves all others where they are, however long the list becomes.
"""

from __future__ import annotations

import polars as pl

from flows.run.work.frame_hash import hashes_of_groups

#: How many buckets: one supplier that changed has 1 in 256 of the list computed again.
BUCKETS = 256


def bucket_of(suppliers: pl.Series) -> pl.Series:
    """The bucket of each supplier_id, from 0; null where the id is null."""
    found = (suppliers.hash() % BUCKETS).cast(pl.Int64)
    return found.set(suppliers.is_null(), None)


def hashes_by_bucket(frame: pl.LazyFrame, sites: pl.DataFrame) -> tuple[str, ...]:
    """A hash of the rows of each bucket, to the bit and in their order.

    Args:
        frame: rows with supplier_id, or else with site_id. Those of a site that is not listed are
            of no supplier and in no hash.
        sites: site_id and supplier_id of the list.
    """
    if "supplier_id" in frame.collect_schema():
        suppliers = frame.select("supplier_id").collect()["supplier_id"]
    else:
        listed = sites.select("site_id", "supplier_id")
        of_site = frame.select("site_id").collect()
        found = of_site.join(listed, on="site_id", how="left", maintain_order="left")
        suppliers = found["supplier_id"]
    return hashes_of_groups(frame, bucket_of(suppliers), BUCKETS)
