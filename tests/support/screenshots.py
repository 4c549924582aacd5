"""The pictures of the README, made anew: `python -m tests.screenshots` (`make screenshots`)."""

import sys
import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from data.sample import generate
from data.store import Store
from tests.support import browser as browsers
from tests.support.browsing import opened
from tests.support.serving import ROOT, Server, serving

ColorScheme = Literal["light", "dark"]

FOLDER = ROOT / "docs"
SHOTS: dict[str, tuple[str, ColorScheme]] = {
    "overview.png": ("/?v=2&lang=en", "light"),
    "funnel-vi-dark.png": (
        "/funnel?v=2&lang=vi",
        "dark",
    ),
}


def shoot(browser: Browser, server: Server, path: str, scheme: ColorScheme, file: Path) -> None:
    """Writes what a big screen shows of a page, as soon as it has been drawn."""
    with browser.new_context(
        viewport={"width": 1440, "height": 900}, device_scale_factor=1, color_scheme=scheme
    ) as context:
        page = opened(context.new_page(), server, path)
        page.evaluate("document.fonts.ready")
        page.mouse.move(0, 0)
        page.screenshot(path=file, animations="disabled")


def main() -> None:
    """Makes the pictures over the whole sample; exits with why when there is no browser."""
    found = browsers.find()
    if found is None:
        sys.exit(f"No browser. {browsers.HOW}")
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="pheu-") as name:
        folder = Path(name)
        generate.write(Store(folder / "store"))
        with (
            serving(folder / "store", folder / "server.log") as server,
            sync_playwright() as playwright,
            playwright.chromium.launch(
                executable_path=found, args=browsers.launch_arguments()
            ) as browser,
        ):
            for shot, (path, scheme) in SHOTS.items():
                shoot(browser, server, path, scheme, FOLDER / shot)
                sys.stdout.write(f"{FOLDER / shot}\n")


if __name__ == "__main__":
    main()
