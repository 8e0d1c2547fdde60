"""``python -m pnet_pathways`` is ``pnet``."""

from .cli.main import main

main()
