"""Runs the Python examples of the README, the docs and the docstrings as tests."""

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser
from sybil.parsers.rest import DocTestParser

# The tutorials begin in an empty folder: tests/documents/test_tutorial_fhir.py and tests/smart/test_tutorial.py run them there.
_markdown = Sybil(
    parsers=[PythonCodeBlockParser(), SkipParser()],
    patterns=["README.md", "docs/*.md"],
    excludes=["docs/tutorial-fhir.md", "docs/tutorial-cds-hooks.md"],
)
# Matched from the right, and so in every room: ``**`` stands for one folder here.
_docstrings = Sybil(parsers=[DocTestParser()], patterns=["*.py"], path="src")

pytest_collect_file = (_markdown + _docstrings).pytest()
