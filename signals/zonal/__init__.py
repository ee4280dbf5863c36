"""The raster measuring engine: exact areas of classes and means of values around sites.

`shapes` makes the outline of a site, `coverage` the exact share of each pixel inside it,
`grid` the pixels' true areas, `plan` which blocks touch which sites, and `zonal` the tables
that the signals read. Nothing is imported here, so that listing signals stays quick.
"""
