"""Text that means to be more than text, and definitions that hold it everywhere."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from pnet_pathways import load_pathways
from pnet_pathways.model.pathway import Definitions
from project import DEFINITIONS

HOSTILE: Final = (
    "</text></svg><script>window.hurt='script'</script><img src=x onerror=\"window.hurt='img'\">'\"]\n"
    "<svg onload=window.hurt='svg'> javascript:window.hurt='link' &lt;b&gt; ]]> --> \\N %0A"
)
SHOWN: Final = "".join(HOSTILE.split())
"""What is to be seen of it; where its lines break is the diagram's affair."""
PROSE: Final = {"description", "help", "label", "message", "phrase", "question", "text", "title"}


def spoilt(node: Any, key: str = "") -> Any:
    """Return a definition with hostile text behind every label, question, message, title and note."""
    if isinstance(node, dict):
        return {one: spoilt(value, str(one)) for one, value in node.items()}
    if isinstance(node, list):
        return [spoilt(one) for one in node]
    return f"{node} {HOSTILE}" if isinstance(node, str) and key in PROSE else node


def hostile_definition(folder: Path, *names: str) -> Definitions:
    """Return the project's definitions with hostile text in every label of the files named; `folder` takes the copy."""
    copy = Path(shutil.copytree(DEFINITIONS, folder / "pathways"))
    yaml = YAML()  # keeps the order, which is that of asking
    for name in names:
        path = copy / f"{name}.yaml"
        data = spoilt(yaml.load(path.read_text("utf-8")))
        with path.open("w", encoding="utf-8") as file:
            yaml.dump(data, file)
    return load_pathways(copy)
