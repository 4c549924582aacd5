"""What the answers' tests share."""

import pytest

from data.sample import generate
from data.store import Generation, Store


@pytest.fixture(scope="session")
def whole_sample(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    """The sample as `data/sample.md` tells it, with all of its leads. Only to be read."""
    return generate.write(Store(tmp_path_factory.mktemp("whole") / "store"))
