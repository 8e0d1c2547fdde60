"""Answer cases: recommend, walk, follow a course of care, explain."""
