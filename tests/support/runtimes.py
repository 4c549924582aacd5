"""What Streamlit needs of a server while a page is drawn outside of a run."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import MagicMock

import pytest
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.runtime import Runtime
from streamlit.runtime.dataframe_source_manager import DataframeSourceManager
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage


@contextmanager
def runtime() -> Iterator[Runtime]:
    """One that holds files and components, as the one that AppTest has while a script runs."""
    made = MagicMock(spec=Runtime)
    made.media_file_mgr = MediaFileManager(MemoryMediaFileStorage("/media"))
    made.dataframe_source_mgr = DataframeSourceManager()
    made.bidi_component_registry = BidiComponentManager()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Runtime, "_instance", made)
        yield made
