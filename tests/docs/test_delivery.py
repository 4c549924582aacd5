"""What is delivered beside the source: lock files, the image, the licence, the changelog."""

import json
import re
import shlex
from datetime import date

import pytest

from tests.support.markdown import ROOT, found

LOCKS = {
    "requirements.lock": ("requirements.txt",),
    "requirements-dev.lock": ("requirements.txt", "requirements-dev.txt"),
}
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def entries(lock: str) -> list[str]:
    """The entries of a lock file, each with the lines that belong to it."""
    lines = [line for line in read(lock).splitlines() if not line.startswith("#")]
    return re.split(r"\n(?=\S)", "\n".join(lines).strip())


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def versions(lock: str) -> dict[str, set[str]]:
    known: dict[str, set[str]] = {}
    for entry in entries(lock):
        name, version = found(r"^([A-Za-z0-9._-]+)==(\S+)", entry).groups()
        known.setdefault(plain(name), set()).add(version)
    return known


def pins(requirements: str) -> dict[str, str]:
    texts = read(requirements).splitlines()
    lines = (line.partition("#")[0].partition(";")[0].strip() for line in texts)
    pairs = (line.split("==") for line in lines if line and not line.startswith("-r "))
    return {plain(name): version for name, version in pairs}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_entry_of_a_lock_is_pinned_and_has_a_hash(lock: str) -> None:
    assert len(entries(lock)) > 40
    for entry in entries(lock):
        assert re.match(r"[a-z0-9-]+==\S+( ; [^\\\n]+)? \\\n", entry), entry[:80]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry[:80]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_direct_pin_is_in_the_lock_with_its_version(lock: str) -> None:
    locked = versions(lock)
    for requirements in LOCKS[lock]:
        for name, version in pins(requirements).items():
            assert locked.get(name) == {version}, f"{name}: run make lock"


def test_both_locks_agree() -> None:
    dev = versions("requirements-dev.lock")
    for name, version in versions("requirements.lock").items():
        assert dev[name] == version


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_index_and_no_path(lock: str) -> None:
    for word in ("http:", "https:", "file:", "--index", "--find-links", " /", "@ "):
        assert word not in read(lock), word


def test_everything_installs_from_the_locks() -> None:
    assert "--require-hashes -r requirements.lock" in MAKEFILE
    assert "--require-hashes -r requirements-dev.lock" in MAKEFILE
    assert "$(call hash,requirements.lock)" in MAKEFILE
    assert "$(call hash,requirements-dev.lock)" in MAKEFILE
    assert re.search(r"pip install .*--require-hashes .*-r requirements\.lock", DOCKERFILE)


def test_the_image_runs_without_rights_and_says_whether_it_is_well() -> None:
    lines = DOCKERFILE.splitlines()
    user = next(index for index, line in enumerate(lines) if line.startswith("USER "))
    start = max(index for index, line in enumerate(lines) if line.startswith("CMD "))
    assert lines[user] != "USER root"
    assert user < start
    assert 'VOLUME ["/store"]' in lines
    health = json.loads(found(r"HEALTHCHECK.*?CMD (\[.*?\])$", DOCKERFILE)[1])
    assert "/healthz" in health[-1]
    compile(health[-1], "HEALTHCHECK", "exec")
    command = json.loads(lines[start].removeprefix("CMD "))
    script = command[-1].split("; exec ")[1]
    assert shlex.split(script)[:5] == ["python", "-m", "streamlit", "run", "app.py"]


def test_the_image_gets_what_runs_and_nothing_else() -> None:
    let_in = [line[1:] for line in read(".dockerignore").splitlines() if line.startswith("!")]
    for name in let_in:
        assert (ROOT / name).exists(), name
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"benchmarks", "tests"}
    assert packages | {"app.py", "pages", "requirements.lock"} <= set(let_in)
    assert not {"tests", "store", ".git", ".streamlit"} & set(let_in)


def test_the_example_publishes_only_the_proxy() -> None:
    pheu = found(r"^  pheu:\n(.*?)^  proxy:", read("compose.yaml"))[1]
    assert not re.search(r"^    ports:", pheu, flags=re.M)
    assert "basic_auth" in read("compose.yaml")
    assert "dynamic a pheu 8501" in read("compose.yaml")
    assert "lb_policy cookie pheu_worker" in read("compose.yaml")


def test_the_licence_is_whole() -> None:
    text = read("LICENSE")
    for words in ("Apache License", "Version 2.0, January 2004", "9. Accepting Warranty"):
        assert words in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_the_changelog_begins_with_what_is_not_released_and_goes_back_in_time() -> None:
    first, *released = re.findall(r"^## (.+)$", read("CHANGELOG.md"), flags=re.M)
    assert first == "Unreleased"
    matches = [
        re.fullmatch(r"(\d+)\.(\d+)\.(\d+) \((\d{4}-\d{2}-\d{2})\)", line) for line in released
    ]
    assert all(matches)
    numbers = [tuple(map(int, match.groups()[:3])) for match in matches if match]
    days = [date.fromisoformat(match[4]) for match in matches if match]
    assert numbers == sorted(numbers, reverse=True)
    assert days == sorted(days, reverse=True)


def test_pyproject_pretends_to_no_package() -> None:
    assert "[project]" not in read("pyproject.toml").replace("no [project] table", "")
    assert "[build-system]" not in read("pyproject.toml")
