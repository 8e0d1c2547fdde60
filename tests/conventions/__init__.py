"""Conventions of the project."""
