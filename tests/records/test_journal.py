"""The journal: no acknowledged entry is lost, no damaged line is believed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcbench.errors import InputError
from dcbench.records.journal import Journal, read_journal

ENTRIES = [{"case": index, "name": f"ü{index}", "value": index / 3} for index in range(4)]


def journal_with(path: Path, entries: list[dict[str, object]]) -> bytes:
    with Journal(path) as journal:
        for entry in entries:
            journal.append(entry)
    return path.read_bytes()


def test_entries_come_back_in_order_over_several_writers(tmp_path):
    path = tmp_path / "j"
    journal_with(path, ENTRIES[:2])
    journal_with(path, ENTRIES[2:])

    assert read_journal(path) == (ENTRIES, 0)


def test_a_torn_tail_of_any_length_loses_only_the_torn_entry(tmp_path):
    data = journal_with(tmp_path / "whole", ENTRIES)
    last = data.rindex(b"\n", 0, -1) + 1

    for cut in range(last + 1, len(data) - 1):
        torn = tmp_path / "torn"
        torn.write_bytes(data[:cut])
        assert read_journal(torn) == (ENTRIES[:-1], 1)
        journal_with(torn, [{"after": cut}])
        assert read_journal(torn) == ([*ENTRIES[:-1], {"after": cut}], 1)


def test_a_journal_that_lost_only_its_last_newline_loses_nothing(tmp_path):
    path = tmp_path / "j"
    path.write_bytes(journal_with(tmp_path / "whole", ENTRIES)[:-1])
    journal_with(path, [{"after": 1}])

    assert read_journal(path) == ([*ENTRIES, {"after": 1}], 0)


def test_every_single_byte_flip_is_noticed(tmp_path):
    path = tmp_path / "j"
    data = journal_with(path, ENTRIES[:2])

    for place in range(len(data)):
        for mask in (0x01, 0x20, 0x80, 0xFF):
            path.write_bytes(data[:place] + bytes([data[place] ^ mask]) + data[place + 1 :])
            entries, damaged = read_journal(path)
            assert all(entry in ENTRIES for entry in entries)
            assert len(entries) < 2 or place == len(data) - 1
            assert damaged >= 1 or (place == len(data) - 1 and len(entries) == 2) or not entries


@given(st.binary(max_size=300))
def test_foreign_bytes_are_counted_and_never_believed(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("journal") / "j"
    path.write_bytes(data)

    entries, damaged = read_journal(path)

    assert entries == []
    assert damaged == len([line for line in data.split(b"\n") if line])


def test_a_short_write_is_not_acknowledged_and_does_not_spoil_the_next(tmp_path, monkeypatch):
    path = tmp_path / "j"
    real = os.write
    with Journal(path) as journal:
        journal.append(ENTRIES[0])
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", lambda fd, data: real(fd, data[:9]))
            with pytest.raises(OSError, match="only 9 of"):
                journal.append(ENTRIES[1])
        journal.append(ENTRIES[2])

    assert read_journal(path) == ([ENTRIES[0], ENTRIES[2]], 1)


WRITER = """
import sys
from pathlib import Path
from dcbench.records.journal import Journal
with Journal(Path(sys.argv[1])) as journal:
    for number in range(100_000):
        journal.append({"number": number, "padding": "x" * (number * 37 % 5000)})
        print(number, flush=True)
"""


def test_a_killed_writer_loses_nothing_it_acknowledged(tmp_path):
    path = tmp_path / "j"
    for kill_after in (0, 1, 7, 40):
        path.unlink(missing_ok=True)
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
        )
        with contextlib.closing(writer.stdout) as acknowledged:
            for _ in range(kill_after + 1):
                last = int(acknowledged.readline())
            writer.send_signal(signal.SIGKILL)
            last = max([last, *(int(line) for line in acknowledged if line.endswith("\n"))])
        writer.wait()

        entries, damaged = read_journal(path)
        numbers = [entry["number"] for entry in entries]
        assert numbers == list(range(len(numbers)))
        assert len(numbers) > last
        assert damaged <= 1


def test_nan_is_refused_before_anything_is_written(tmp_path):
    with Journal(tmp_path / "j") as journal, pytest.raises(ValueError, match="JSON compliant"):
        journal.append({"value": float("nan")})

    assert read_journal(tmp_path / "j") == ([], 0)


def test_bad_places_are_input_errors(tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        Journal(tmp_path / "no" / "j")
    with pytest.raises(InputError, match="cannot be written"):
        Journal(tmp_path)
    with pytest.raises(InputError, match="No such file"):
        read_journal(tmp_path / "none")
