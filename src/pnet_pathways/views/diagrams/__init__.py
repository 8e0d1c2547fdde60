"""Draw pathways with Graphviz and as Mermaid text."""
