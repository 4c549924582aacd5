"""What tests of loading share."""

from pathlib import Path

import pytest

from tests.support.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A folder of files, and a store with nothing in it yet."""
    return Desk(tmp_path)
