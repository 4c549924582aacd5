"""The shelf: uploads lie in folders of their own, whatever they call themselves, and go with it."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from data.store import Store
from ui.data.wizard.shelf import Shelf, safe_name


@dataclass
class Sent:
    name: str
    content: bytes = b"a,b\n1,2\n"

    def getbuffer(self) -> memoryview:
        return memoryview(self.content)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("leads.csv", "leads.csv"),
        ("C:\\Users\\Lan\\khách hàng.xlsx", "khách hàng.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("..", "file"),
        ("", "file"),
        ("a\x00b\n.csv", "ab.csv"),
        ("x" * 400 + ".csv", "x" * 196 + ".csv"),
        ("💥" * 120 + ".csv", "💥" * 49 + ".csv"),
        ("\u202egpj.csv", "gpj.csv"),
        ('a"<b>x</b>.csv', "b>.csv"),
    ],
    ids="plain windows parents dots nothing control-letters long wide-letters rtl html".split(),
)
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str, kept: str) -> None:
    assert safe_name(name) == kept
    shelf = Shelf(Store(tmp_path))
    path = shelf.put(Sent(name))
    assert path.name == kept
    assert path.read_bytes() == b"a,b\n1,2\n"
    assert path.resolve().parent.parent.parent == tmp_path.resolve()


def test_two_files_of_one_name_do_not_meet(tmp_path: Path) -> None:
    shelf = Shelf(Store(tmp_path))
    first, second = shelf.put(Sent("a.csv", b"1")), shelf.put(Sent("a.csv", b"2"))
    assert (first.read_bytes(), second.read_bytes()) == (b"1", b"2")


def test_all_of_it_goes_with_the_session(tmp_path: Path) -> None:
    store = Store(tmp_path)
    kept, cleared = Shelf(store), Shelf(store)
    path = kept.put(Sent("a.csv"))
    other = cleared.put(Sent("a.csv"))
    with kept.room() as folder:
        (folder / "unpacked").write_bytes(b"1")
    assert not folder.exists()
    cleared.clear()
    assert not other.exists()
    del kept  # as when the session that held it ends
    assert not path.exists()
    assert [each for each in tmp_path.iterdir() if each.is_dir()] == []
