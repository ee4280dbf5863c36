"""Sources of published lists: import bans, entity lists and listed goods."""
