"""Files are the old one or the whole new one; devices, links and modes are respected."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from dcbench.durable import read_bytes, write_bytes
from dcbench.errors import InputError


def test_a_failing_write_leaves_the_old_file_and_no_litter(tmp_path, monkeypatch):
    path = tmp_path / "f"
    path.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="No space left on device"):
        write_bytes(path, b"new")

    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["f"]


def test_an_interrupted_write_leaves_no_litter(tmp_path, monkeypatch):
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_bytes(tmp_path / "f", b"new")

    assert not list(tmp_path.iterdir())


def test_a_device_and_a_pipe_are_written_to_and_never_replaced():
    write_bytes(Path("/dev/null"), b"gone")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)

    reader, writer = os.pipe()
    write_bytes(Path(f"/dev/fd/{writer}"), b"through")
    assert os.read(reader, 100) == b"through"
    os.close(reader)
    os.close(writer)


def test_a_link_stays_a_link(tmp_path):
    target = tmp_path / "target"
    link = tmp_path / "link"
    link.symlink_to(target)

    write_bytes(link, b"1")
    write_bytes(link, b"2")

    assert link.is_symlink()
    assert target.read_bytes() == b"2"


def test_mode_follows_the_old_file_or_else_the_umask(tmp_path):
    old = os.umask(0o027)
    try:
        write_bytes(tmp_path / "new", b"")
    finally:
        os.umask(old)
    (tmp_path / "open").write_bytes(b"")
    (tmp_path / "open").chmod(0o664)
    write_bytes(tmp_path / "open", b"x")

    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640
    assert stat.S_IMODE((tmp_path / "open").stat().st_mode) == 0o664


def test_a_read_that_fails_half_way_is_an_input_error():
    unreadable = Path("/proc/self/mem")  # a regular file whose first page cannot be read

    with pytest.raises(InputError, match="cannot be read"):
        read_bytes(unreadable)
