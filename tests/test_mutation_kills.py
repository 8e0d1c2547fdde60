"""Tests that changes of the code have shown to be missing: each of them failed to be noticed by any other test."""
