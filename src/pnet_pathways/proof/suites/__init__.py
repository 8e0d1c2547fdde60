"""Choose small sets of scenarios, and measure what cases cover."""
