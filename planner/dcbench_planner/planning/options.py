"""The accelerators and number formats that a scenario asks to compare."""

from __future__ import annotations

from dcbench.catalog import Accelerator
from dcbench.errors import DcbenchError, InputError, NoAnswerError
from dcbench_planner.planning.option import Option, make_option
from dcbench_planner.planning.question import USER_SOURCE, Question

COMPARED = ("bf16", "fp8", "nvfp4")
"""Number formats that `any` stands for: those of large models, one of each width."""


class Skipped:
    """Accelerators that could not be planned, by reason."""

    def __init__(self, question: Question) -> None:
        scenario = question.scenario
        self.alone = "any" not in {scenario.accelerator, scenario.precision}
        self._names: dict[str, list[str]] = {}

    def add(self, name: str, error: DcbenchError) -> None:
        """Note one, with its reason shortened so that reasons group.

        Raises:
            DcbenchError: the error itself, where nothing else is compared.
        """
        if self.alone:
            raise error
        text = error.faults[0].problem if isinstance(error, InputError) else str(error)
        reason = text.split("; ")[0].replace(f"{name}: ", "").replace(f"{name} ", "")
        self._names.setdefault(reason, []).append(name)

    def reasons(self) -> tuple[str, ...]:
        """Give one line for each reason."""
        return tuple(
            f"{reason}: {', '.join(dict.fromkeys(names))}" for reason, names in self._names.items()
        )


def options(question: Question, skipped: Skipped) -> list[Option]:
    """Look up every accelerator and number format that the scenario allows.

    Args:
        question: what is asked.
        skipped: takes those that cannot be planned, where several are compared.

    Raises:
        InputError: unknown accelerator; also no rate in the precision, where only one is compared.
        NoAnswerError: no price, where only one is compared.
    """
    found = []
    for accelerator in _accelerators(question):
        for precision in precisions(question):
            try:
                found.append(make_option(question, accelerator, precision))
            except (NoAnswerError, InputError) as error:
                if isinstance(error, InputError) and error.faults[0].where == USER_SOURCE:
                    raise
                skipped.add(accelerator.id, error)
    return found


def precisions(question: Question) -> tuple[str, ...]:
    """Give the number formats to compare."""
    wanted = question.scenario.precision
    return COMPARED if wanted == "any" else (wanted,)


def _accelerators(question: Question) -> list[Accelerator]:
    name, table = question.scenario.accelerator, question.catalog.accelerators
    return list(table) if name == "any" else [table.resolve(name, where="--accelerator")]
