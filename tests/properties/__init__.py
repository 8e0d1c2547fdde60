"""Laws, as property tests."""
