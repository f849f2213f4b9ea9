"""Files that a stranger, a crash or an attacker left: one InputError with file and field each."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dcbench.errors import InputError
from dcbench.records.files import read_any, read_record
from dcbench.records.scenario import Scenario
from dcbench.strict_text import parse_json, parse_toml, read_text

HERE = Path("a.json")


def faults_of(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_any(path)
    lines = str(caught.value).splitlines()
    assert all(line.startswith(str(path)) for line in lines)
    return lines


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "is not JSON"),
        (b"\xef\xbb\xbf", "is not JSON"),
        (b"{", "is not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"[1]", "holds no JSON object"),
        (b'{"a":1}{"b":2}', "is not JSON: Extra data"),
        (b'{"a":1,"a":2}', "a = 'a': is given twice"),
        (b'{"a":{"b":1,"b":1}}', "a.b = 'b': is given twice"),
        (b'{"a":[0,NaN]}', "a.1 = 'NaN': is not a number JSON knows"),
        (b'{"a":-Infinity}', "a = '-Infinity'"),
        (b'{"a":1e999}', "a = '1e999': is too large for a number"),
        (b'{"a":' + b"9" * 5000 + b"}", "is too large for an integer"),
        (b'{"a":9223372036854775808}', "is too large for an integer"),
        (b'{"a":{"b":"\\ud800"}}', "a.b = '\\ud800': holds half a surrogate pair"),
        (b'{"\\udfff":1}', "has a key with half a surrogate pair"),
        ('{"schema":"dcbench.plan"}'.encode("utf-16"), "is not UTF-8 text (byte 0)"),
        (b"\xff\xfe", "is not UTF-8 text (byte 0)"),
        (b"PK\x03\x04", "is not JSON"),
        (b'{"schema":"other.format"}', "schema = 'other.format': unknown format"),
        (b'{"schema":["dcbench.plan"]}', "schema = ['dcbench.plan']: unknown format"),
        (b'{"__class__":"os.system"}', "schema: unknown format"),
        (b"{}", "schema: unknown format"),
    ],
)
def test_bad_content_is_one_named_fault(tmp_path, content, expected):
    path = tmp_path / "bad.json"
    path.write_bytes(content)

    lines = faults_of(path)

    assert len(lines) == 1
    assert expected in lines[0]


def test_all_bad_values_are_told_at_once(tmp_path):
    path = tmp_path / "bad.json"
    path.write_text('{"a": NaN, "b": [1e999, {"c": 1, "c": 2}], "d": "\\udc00"}')

    assert len(faults_of(path)) == 4


@pytest.mark.parametrize(
    "content", ["params = nan", "params = inf", "params = -1", "params = 1e30"]
)
def test_bad_numbers_in_toml_name_the_field(tmp_path, content):
    path = tmp_path / "s.toml"
    path.write_text(content)

    with pytest.raises(InputError, match="params"):
        read_record(path, Scenario)


@pytest.mark.parametrize("value", ["1\na = 2", "", "[" * 5000, "9" * 5000])
def test_bad_toml_is_one_fault(value):
    with pytest.raises(InputError) as caught:
        parse_toml(f"a = {value}", HERE)

    assert len(caught.value.faults) == 1


def test_toml_dates_are_not_taken_for_text_or_numbers(tmp_path):
    path = tmp_path / "s.toml"
    path.write_text("deadline_days = 2026-01-01")

    with pytest.raises(InputError, match="deadline_days"):
        read_record(path, Scenario)


def test_byte_order_mark_is_dropped(tmp_path):
    path = tmp_path / "s.json"
    path.write_bytes(b'\xef\xbb\xbf{"params": 7e9}')

    assert read_record(path, Scenario).params == 7e9


def test_too_large_file_is_refused(tmp_path):
    path = tmp_path / "large.json"
    path.write_text("x" * 101)

    assert read_text(path, max_bytes=101)
    with pytest.raises(InputError, match="larger than 100 bytes"):
        read_text(path, max_bytes=100)


def test_missing_file_folder_device_and_pipe_are_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    assert "No such file" in faults_of(tmp_path / "missing.json")[0]
    for odd in (tmp_path, tmp_path / "pipe", Path("/dev/zero"), Path("/dev/null")):
        assert "is not a regular file" in faults_of(odd)[0]


def test_a_file_name_with_a_zero_byte_or_an_escape_stays_one_clean_line(tmp_path):
    with pytest.raises(InputError) as caught:
        read_any(tmp_path / "a\x00b")

    assert str(caught.value).isprintable()
    with pytest.raises(InputError) as caught:
        read_any(tmp_path / "a\n\x1b[31mb")
    assert str(caught.value).isprintable()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda below: st.lists(below) | st.dictionaries(st.text(), below),
    max_leaves=20,
)  # fmt: skip


@given(st.dictionaries(st.text(), JSON))
def test_good_json_reads_as_the_standard_library_reads_it(data):
    assert parse_json(json.dumps(data), HERE) == data


@settings(max_examples=200)
@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_any_text_is_an_object_or_an_input_error(text):
    for parse in (parse_json, parse_toml):
        with contextlib.suppress(InputError):
            assert isinstance(parse(text, HERE), dict)
