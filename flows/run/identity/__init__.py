"""Who the suppliers are in a run: links to registers, facilities and related companies."""
