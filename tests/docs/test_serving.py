"""The page of several processes: what it tells Caddy is what `make run WORKERS=…` tells it."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.markdown import blocks, text_of
from workers import caddyfile

TEXT = text_of("serving.md")


def site(text: str) -> str:
    return text[text.index("http://") :].strip()


def test_the_example_is_what_we_run() -> None:
    (example,) = blocks(TEXT, "caddyfile")
    assert site(example) == site(caddyfile("localhost", 8501, [8511, 8512]))


@pytest.mark.skipif(shutil.which("caddy") is None, reason="Caddy is not installed")
def test_caddy_takes_it(tmp_path: Path) -> None:
    told = tmp_path / "Caddyfile"
    told.write_text(caddyfile("localhost", 8501, [8511, 8512]), encoding="utf-8")
    command = ["caddy", "adapt", "--adapter", "caddyfile", "--config", str(told)]
    subprocess.run(command, check=True, capture_output=True)
