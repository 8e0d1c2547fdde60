"""Tests of everything about the documents as a whole: golden answers, examples, README, packaging."""
