"""Whole cohorts: `evaluate` answers each row of a table by steps compiled from the definitions. Needs the extra `cohort`."""

from .evaluation import CohortResult, evaluate

__all__ = ["CohortResult", "evaluate"]
