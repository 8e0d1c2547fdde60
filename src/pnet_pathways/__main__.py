"""``python -m pnet_pathways`` is ``pnet``."""

from .cli import main

main()
