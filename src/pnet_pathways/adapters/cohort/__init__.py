"""The adapter for cohorts: many patients in, one folder of answers out, and what is counted of it."""
