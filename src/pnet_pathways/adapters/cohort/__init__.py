"""Whole cohorts: the answer to each row of a table, by steps compiled from the definitions. Needs the extra `cohort`."""
