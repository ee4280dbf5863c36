"""From the files of a supplier list to suppliers, sites and reasons for rejection."""
