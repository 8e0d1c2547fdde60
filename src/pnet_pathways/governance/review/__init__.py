"""Sign pathways off, comment on them, and check the records."""
