"""Prove every claim about a set of definitions, or show a counterexample."""
