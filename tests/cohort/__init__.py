"""Tests of the adapter for cohorts."""
