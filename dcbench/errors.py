"""What can go wrong for a user, one class per exit code.

DcbenchError                4  a fault of this tool
├── NoAnswerError           1  the answer is no: no feasible plan, a bound missed
├── InputError              2  bad input; carries every fault found, not only the first
├── EnvironmentUnfitError   3  this machine cannot: the device asked for is absent
└── PartialError            5  some cases failed; what succeeded is kept
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FEW = 20
"""So many accepted names are listed when none comes close to the one given."""


class DcbenchError(Exception):
    """Base of all errors that end a command with one line instead of a traceback."""

    exit_code = 4


class NoAnswerError(DcbenchError):
    """The question was understood and the answer is no."""

    exit_code = 1


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing wrong with an input: where, which field, what was found, how to mend it."""

    where: str
    """File name or command-line flag."""
    problem: str
    field: str = ""
    """Dotted path inside a file, `line N` or a column; empty for the input as a whole."""
    value: object = None
    """What was found; None when nothing was."""
    fix: str = ""

    def __str__(self) -> str:
        """Give the fault as one line: `where: field = value: problem; fix`."""
        found = [] if self.value is None else [_shortened(self.value)]
        subject = " = ".join(([self.field] if self.field else []) + found)
        line = ": ".join(part for part in (self.where, subject, self.problem) if part)
        return one_line(f"{line}; {self.fix}" if self.fix else line)


class InputError(DcbenchError):
    """Bad input or usage; `faults` lists all of them."""

    exit_code = 2

    def __init__(self, faults: Fault | Iterable[Fault]) -> None:
        self.faults = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class EnvironmentUnfitError(DcbenchError):
    """This machine cannot do what was asked."""

    exit_code = 3


class PartialError(DcbenchError):
    """Part of the work succeeded and was kept."""

    exit_code = 5


def unknown_name(where: str, kind: str, name: str, known: Sequence[str], **extra: str) -> Fault:
    """Describe a name that does not resolve, with the closest names that would.

    Args:
        where: file or flag that holds the name.
        kind: what was looked for, such as "site".
        name: what was given.
        known: every name that would have been accepted.
        extra: further fields of `Fault`, such as `field`.
    """
    folded = {candidate.casefold(): candidate for candidate in reversed(known)}
    close = difflib.get_close_matches(name.casefold(), list(folded), n=3, cutoff=0.4)
    if close:
        fix = f"did you mean {', '.join(folded[match] for match in close)}?"
    elif len(known) <= FEW:
        fix = f"one of {', '.join(known)}"
    else:
        table = "" if kind == "name" else f" {kind}s"
        fix = f"see `dcbench catalog list{table}`"
    return Fault(where=where, problem=f"unknown {kind}", value=name, fix=fix, **extra)


def one_line(text: str) -> str:
    """Give text without line breaks, terminal escapes or other control characters."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def _shortened(value: object, limit: int = 80) -> str:
    try:
        text = repr(value)
    except ValueError:  # an integer of more digits than Python prints
        text = "a huge integer"
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
