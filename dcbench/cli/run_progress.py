"""Progress of a run on stderr: live on a terminal, one line per case elsewhere."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dcbench.cli.output import note
from dcbench.cli.run_view import case_line

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from dcbench.records.run import Case
    from dcbench_benchmarks.case_plan import PlannedCase
    from dcbench_benchmarks.runner import Observer, RunPlan


@contextlib.contextmanager
def observer() -> Iterator[Observer]:
    """Give the observer that suits stderr, and end its display."""
    if not sys.stderr.isatty():
        yield Lines()
        return
    with live_display() as progress:
        yield Live(progress)


def live_display() -> Progress:
    """Make the display: what is measured, how many cases are done, time so far."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(
        BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"),
        console=Console(stderr=True), transient=True,
    )  # fmt: skip


class Lines:
    """One line per case."""

    def __init__(self) -> None:
        self._total = 0

    def planned(self, plan: RunPlan) -> None:
        """Show what the reader must know."""
        self._total = len(plan.cases)
        for line in plan.selection.notes:
            note(line)

    def started(self, number: int, case: PlannedCase) -> None:
        """Show nothing; the case shows when it has ended."""

    def finished(self, number: int, case: Case) -> None:
        """Show the result."""
        note(f"[{number + 1}/{self._total}] {case_line(case)}")


class Live:
    """A bar with the case that is running; results scroll above it."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID = progress.add_task("looking for devices", total=None)

    def planned(self, plan: RunPlan) -> None:
        """Show what the reader must know, and how many cases there are."""
        self._progress.update(self._task, total=len(plan.cases))
        for line in plan.selection.notes:
            self._show(line)

    def started(self, number: int, case: PlannedCase) -> None:
        """Show what is being measured."""
        from dcbench_benchmarks.case_plan import label

        del number
        self._progress.update(self._task, description=label(case.key))

    def finished(self, number: int, case: Case) -> None:
        """Show the result."""
        self._show(case_line(case))
        self._progress.update(self._task, completed=number + 1)

    def _show(self, line: str) -> None:
        self._progress.console.print(line, markup=False, highlight=False)
