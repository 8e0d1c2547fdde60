"""Follow the source, tell what changed, and record who approved it."""
