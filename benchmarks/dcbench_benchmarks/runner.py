"""`run`: plan, measure one case after another, keep each at once, write the run record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from dcbench.errors import EnvironmentUnfitError, Fault, InputError
from dcbench.records.files import write_record
from dcbench.records.journal import Journal
from dcbench.records.run import Case, Environment, RunRecord
from dcbench_benchmarks.case_plan import PlannedCase, plan_cases
from dcbench_benchmarks.devices import Selection, search_gpus, select, visible_value
from dcbench_benchmarks.environment import capture, utc_now
from dcbench_benchmarks.interrupts import Interrupts
from dcbench_benchmarks.outcomes import case_of, not_run, report_of, skipped
from dcbench_benchmarks.output_folder import RECORD, claim
from dcbench_benchmarks.processes import child_environment, module_argv
from dcbench_benchmarks.software import torch_build
from dcbench_benchmarks.suite import Suite, load_suite
from dcbench_benchmarks.supervise import supervise
from dcbench_benchmarks.telemetry import Sampler


class Observer(Protocol):
    """Is told how a run goes on."""

    def planned(self, plan: RunPlan) -> None:
        """The devices and cases are known."""

    def started(self, number: int, case: PlannedCase) -> None:
        """A case begins; `number` counts from 0."""

    def finished(self, number: int, case: Case) -> None:
        """A case has ended and is on disk."""


class Silent:
    """An observer that does nothing."""

    def planned(self, plan: RunPlan) -> None:
        """Do nothing."""

    def started(self, number: int, case: PlannedCase) -> None:
        """Do nothing."""

    def finished(self, number: int, case: Case) -> None:
        """Do nothing."""


@dataclass(frozen=True, kw_only=True)
class RunPlan:
    """What a run will do."""

    suite: Suite
    selection: Selection
    cases: tuple[PlannedCase, ...]


def plan(
    *,
    gpus: str = "all",
    suite: str = "quick",
    only: Sequence[str] = (),
    timeout_s: float | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> RunPlan:
    """Find the devices and plan the cases; measures nothing. Arguments as for `run`.

    Raises:
        InputError: a bad argument or suite file.
        EnvironmentUnfitError: a device that was asked for is absent.
    """
    if timeout_s is not None and not 0 < timeout_s <= 86_400:
        problem, fix = "is no time limit", "give seconds, at most 86400"
        raise InputError(Fault(where="--timeout-s", value=timeout_s, problem=problem, fix=fix))
    loaded = load_suite(suite)
    selection = select(gpus, lambda: search_gpus(stop))
    cases = plan_cases(loaded, selection.kind, selection.devices, only, timeout_s)
    return RunPlan(suite=loaded, selection=selection, cases=cases)


def run(
    *,
    out: Path,
    gpus: str = "all",
    suite: str = "quick",
    only: Sequence[str] = (),
    timeout_s: float | None = None,
    observer: Observer | None = None,
) -> RunRecord:
    """Measure this machine.

    Every case has a process of its own; a case that fails does not stop the next. Each result is in
    `out/journal.jsonl` before it is told to the observer, the whole record in `out/run.json` at the
    end, also after an interruption.

    Args:
        out: folder for the results; made when it is missing, refused when it holds a run.
        gpus: `all` (the CPU where there is no GPU, noted in the record), `none`, or `0,1`.
        suite: name of a shipped suite or path of a suite file.
        only: kinds of cases to keep, such as `matmul`; all when empty.
        timeout_s: wall-clock limit per case, instead of the suite's.
        observer: is told how the run goes on.

    Raises:
        InputError: a bad argument, suite file or folder.
        EnvironmentUnfitError: a device that was asked for is absent, or there is no torch.
        KeyboardInterrupt: SIGINT, SIGTERM or SIGHUP came; what was measured is in `out`.
    """
    watch = observer or Silent()
    with Interrupts() as interrupts:
        planned = plan(
            gpus=gpus, suite=suite, only=only, timeout_s=timeout_s,
            stop=lambda: interrupts.requested,
        )  # fmt: skip
        if torch_build() is None:
            raise EnvironmentUnfitError(
                "torch is not installed: in the checkout run pip install '.[bench]'"
            )
        journal_path = claim(out)
        watch.planned(planned)
        environment = capture(planned.selection.devices, planned.selection.notes)
        with Journal(journal_path) as journal:
            record = _measure_all(planned, environment, journal, watch, interrupts)
        write_record(out / RECORD, record)
    if interrupts.requested:
        raise KeyboardInterrupt
    return record


def _measure_all(
    planned: RunPlan,
    environment: Environment,
    journal: Journal,
    watch: Observer,
    interrupts: Interrupts,
) -> RunRecord:
    record = RunRecord(
        environment=environment, devices=planned.selection.devices, suite=planned.suite.name,
        cases=(),
    )  # fmt: skip
    _keep(journal, {"run": record.model_dump(mode="json", exclude_none=True, exclude={"cases"})})
    cases = list(_cases(planned.cases, journal, watch, lambda: interrupts.requested))
    return record.model_copy(update={"cases": tuple(cases)})


def _cases(
    planned: Sequence[PlannedCase], journal: Journal, watch: Observer, stop: Callable[[], bool]
) -> Iterator[Case]:
    for number, case in enumerate(planned):
        if stop():
            yield not_run(case)
            continue
        watch.started(number, case)
        measured = skipped(case) if case.skip else measure_case(case, stop)
        if measured.status != "not_run":
            _keep(journal, {"case": measured.model_dump(mode="json", exclude_none=True)})
        watch.finished(number, measured)
        yield measured


def measure_case(planned: PlannedCase, stop: Callable[[], bool] = lambda: False) -> Case:
    """Measure one case in a process of its own; whatever happens there becomes its status."""
    started_at = utc_now()
    with Sampler(planned.devices) as sampler:
        ended = supervise(
            module_argv("worker"), job=planned.job.model_dump_json().encode(),
            timeout_s=planned.timeout_s, stop=stop,
            environment=child_environment(visible_value(planned.devices)),
        )  # fmt: skip
        report = report_of(ended)
        telemetry = sampler.telemetry(report.window if report else None)
    return case_of(planned, ended, telemetry, started_at)


def _keep(journal: Journal, entry: dict[str, object]) -> None:
    try:
        journal.append(entry)
    except OSError as error:
        reason = error.strerror or str(error)
        raise EnvironmentUnfitError(
            f"the journal cannot be written: {reason}; the cases before are kept in it"
        ) from error
