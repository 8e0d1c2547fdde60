"""Change every place of the definitions, and show that each change is noticed."""
