"""Describe what changed between two sets of definitions."""
