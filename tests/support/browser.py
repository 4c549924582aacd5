"""The browser that tests drive: found on the machine, else fetched. The one place that knows how.

`python tests/browser.py` says which one it is. Without any it says how to get one, and fails when
CI is set.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

HOW = (
    "Get one by `apt-get install chromium`, `playwright install --with-deps chromium`, or install "
    "Google Chrome; or set CHROME to the path of one."
)

_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
)
_MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)


def required() -> bool:
    """Whether a missing browser is a failure: in CI nobody reads what was skipped."""
    return os.environ.get("CI", "").lower() not in {"", "0", "false"}


def find() -> Path | None:
    """A browser of this machine that starts, else None. CHROME, when set, is the only candidate."""
    if wanted := os.environ.get("CHROME"):
        candidates = [shutil.which(wanted)]
    else:
        home = Path.home()
        candidates = [shutil.which(name) for name in _NAMES]
        candidates += [path for mac in _MAC for path in (mac, f"{home}{mac}")]
        candidates.append(_playwrights_own())
    return next((Path(path) for path in candidates if path and _starts(path)), None)


def get() -> Path | None:
    """Fetches a browser: from the system on Debian as root, else Playwright's own."""
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        _run("apt-get", "update", "-qq")
        _run("apt-get", "install", "-qq", "--no-install-recommends", "chromium")
        if found := find():
            return found
    _run(sys.executable, "-m", "playwright", "install", "chromium")
    return find()


def launch_arguments() -> list[str]:
    """What the browser needs to start here: root in a container has no sandbox."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return ["--no-sandbox", "--disable-dev-shm-usage"] if root else []


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _starts(path: str) -> bool:
    # A browser that lacks a system library is there, but does not even tell its version.
    try:
        told = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return told.returncode == 0


def _run(*command: str) -> None:
    print("No browser yet:", " ".join(command), file=sys.stderr, flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(command, env=quiet, stdout=sys.stderr, timeout=600, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(error, file=sys.stderr)


def main() -> int:
    """Says which browser there is, fetching one if need be; 1 when CI has to do without."""
    found = find() or (None if os.environ.get("CHROME") else get())
    if found:
        print(f"Browser tests drive {found}")
        return 0
    print(f"NO BROWSER: the tests that drive one are skipped. {HOW}", file=sys.stderr)
    return 1 if required() else 0


if __name__ == "__main__":
    sys.exit(main())
