"""What there is: facts, conditions, cases, pathways and reviews as frozen values."""
