"""What to trace, as the command line says it; needs no torch."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass

from dcbench.errors import Fault, InputError

INPUT = re.compile(r"(?P<shape>\d+(?:x\d+)*|)(?::(?P<dtype>float|int))?$")
TARGET = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*$")
LARGEST = 2**40


@dataclass(frozen=True, kw_only=True)
class InputSpec:
    """One example input without its batch."""

    shape: tuple[int, ...]
    is_integer: bool = False


@dataclass(frozen=True, kw_only=True)
class TraceRequest:
    """A callable that makes a model, and what the model is called with."""

    module: str
    function: str
    arguments: dict[str, object]
    inputs: tuple[InputSpec, ...]
    """Empty when the callable gives example inputs itself."""
    unit: str = "sample"

    @property
    def source(self) -> str:
        """The call, as a person would write it."""
        arguments = ", ".join(f"{key}={value!r}" for key, value in self.arguments.items())
        return f"{self.module}:{self.function}({arguments})"


def parse_request(
    target: str, inputs: Sequence[str], arguments: Sequence[str], unit: str = "sample"
) -> TraceRequest:
    """Read the command line.

    Args:
        target: `package.module:callable`.
        inputs: each `3x224x224`, or `77:int` for whole numbers; without the batch.
        arguments: each `key=value`; values are Python literals, else text.
        unit: what one sample is called.

    Raises:
        InputError: with everything that cannot be read.
    """
    faults: list[Fault] = []
    if not TARGET.match(target):
        faults.append(Fault(where="MODULE:CALLABLE", value=target, problem="is not of that form",
                            fix="give such as my_models.vision:resnet50"))  # fmt: skip
    specs = [_input(text, faults) for text in inputs]
    pairs = [_argument(text, faults) for text in arguments]
    if faults:
        raise InputError(faults)
    module, _, function = target.partition(":")
    return TraceRequest(
        module=module, function=function, arguments=dict(pairs), inputs=tuple(specs), unit=unit
    )


def _input(text: str, faults: list[Fault]) -> InputSpec:
    found = INPUT.match(text)
    shape = tuple(int(size) for size in found["shape"].split("x") if size) if found else ()
    if found is None or not text or any(not 1 <= size <= LARGEST for size in shape):
        fix = "give sizes without the batch, such as 3x224x224 or 77:int"
        faults.append(Fault(where="--input", value=text, problem="is no shape", fix=fix))
        return InputSpec(shape=())
    return InputSpec(shape=shape, is_integer=found["dtype"] == "int")


def _argument(text: str, faults: list[Fault]) -> tuple[str, object]:
    key, equals, value = text.partition("=")
    if not equals or not key.isidentifier():
        faults.append(Fault(where="--arg", value=text, problem="is not of the form key=value"))
    try:
        return key, ast.literal_eval(value)
    except (ValueError, SyntaxError):
        return key, value
