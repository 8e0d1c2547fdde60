"""List, name, count and describe every scenario."""
