"""Where data comes from: one file per source, a card and a pull."""
