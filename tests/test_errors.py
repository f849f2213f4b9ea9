"""Errors are one clean line each, with an exit code of their own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcbench import errors
from dcbench.errors import DcbenchError, Fault, InputError, unknown_name


def subclasses(base: type) -> list[type]:
    return [base, *(found for child in base.__subclasses__() for found in subclasses(child))]


def test_every_error_has_its_own_exit_code_and_is_in_the_tree():
    found = {cls for cls in subclasses(DcbenchError) if cls.__module__ == "dcbench.errors"}

    assert sorted(cls.exit_code for cls in found) == [1, 2, 3, 4, 5]
    for cls in found:
        assert f"{cls.__name__} " in errors.__doc__


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        (Fault(where="a.json", problem="is empty"), "a.json: is empty"),
        (
            Fault(where="a.json", field="x.y", value=-1, problem="is negative", fix="mend it"),
            "a.json: x.y = -1: is negative; mend it",
        ),
        (Fault(where="--gpus", value="x", problem="unknown"), "--gpus: 'x': unknown"),
        (Fault(where="", field="x", problem="missing"), "x: missing"),
        (Fault(where="a\nb", problem="\x1b[31m"), "a\\nb: \\x1b[31m"),
    ],
)
def test_a_fault_is_one_line(fault, line):
    assert str(fault) == line


def test_a_long_or_unprintable_value_is_cut():
    assert len(str(Fault(where="f", value="x" * 10_000, problem="p"))) < 100
    assert "a huge integer" in str(Fault(where="f", value=10**5000, problem="p"))


@given(st.text(), st.text(), st.text(), st.text())
def test_any_fault_is_printable(where, field, value, problem):
    assert str(Fault(where=where, field=field, value=value, problem=problem)).isprintable()


def test_input_error_carries_all_faults():
    faults = [Fault(where="f", problem="a"), Fault(where="f", problem="b")]

    assert InputError(faults).faults == tuple(faults)
    assert str(InputError(faults)) == "f: a\nf: b"
    assert InputError(faults[0]).faults == (faults[0],)


def test_unknown_names_get_the_closest_ones_whatever_their_case():
    known = ["H100-SXM", "H200-SXM", "A100"]

    assert "did you mean H100-SXM" in unknown_name("f", "accelerator", "h100sxm", known).fix
    assert unknown_name("f", "site", "zzzz", ["a", "b"]).fix == "one of a, b"
    many = [f"name{number}" for number in range(100)]
    assert unknown_name("f", "site", "zzzz", many).fix == "see `dcbench catalog list sites`"
    assert unknown_name("f", "name", "zzzz", many).fix == "see `dcbench catalog list`"
