"""Prove that the definitions are right."""
