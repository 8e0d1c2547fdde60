"""Lets the checks in `views.drawn` say what they found."""

import pytest

pytest.register_assert_rewrite("views.drawn")
