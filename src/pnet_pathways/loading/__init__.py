"""Read folders of definition files into checked values, and report every mistake with its place."""
