from __future__ import annotations

import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from dcbench.errors import InputError
from dcbench_benchmarks.output_folder import claim


def test_a_new_folder_is_made_with_an_empty_journal(tmp_path: Path) -> None:
    journal = claim(tmp_path / "a" / "b")
    assert journal.read_bytes() == b""


@pytest.mark.parametrize("name", ["run.json", "journal.jsonl"])
def test_a_folder_with_a_run_is_refused_and_left_as_it_is(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(InputError, match="another folder"):
        claim(tmp_path)
    assert (tmp_path / name).read_text() == "mine"
    assert len(list(tmp_path.iterdir())) == 1


def test_two_runs_cannot_share_a_folder(tmp_path: Path) -> None:
    claim(tmp_path)
    with pytest.raises(InputError, match="is going on"):
        claim(tmp_path)


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="not a folder"):
        claim(tmp_path / "file")


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_read_only_folder_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    with pytest.raises(InputError, match="cannot be written"):
        claim(tmp_path / "out")
    tmp_path.chmod(0o755)


def test_a_place_where_folders_cannot_be_made_is_refused() -> None:
    with pytest.raises(InputError, match="cannot be written"):
        claim(Path("/proc/nowhere/out"))


def test_a_full_disk_is_told_before_anything_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 - as shutil returns it
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 1000))
    with pytest.raises(InputError, match="MiB free"):
        claim(tmp_path)
    assert not list(tmp_path.iterdir())
