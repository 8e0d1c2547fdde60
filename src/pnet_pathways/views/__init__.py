"""What people look at: diagrams and the report."""
