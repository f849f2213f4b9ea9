"""Which devices a run measures: what `--gpus` asks for against what the machine has."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dcbench.catalog import load_catalog
from dcbench.errors import EnvironmentUnfitError, Fault, InputError
from dcbench.records.run import Device
from dcbench_benchmarks import host
from dcbench_benchmarks.processes import child_environment, module_argv
from dcbench_benchmarks.software import torch_build
from dcbench_benchmarks.suite import DeviceKind
from dcbench_benchmarks.supervise import supervise

PROBE_TIMEOUT_S = 60.0
"""Without persistence mode the driver starts every GPU anew, a few seconds each."""
GPUS_FIX = "give all, none, or indices such as 0,1"


@dataclass(frozen=True, kw_only=True)
class Search:
    """The GPUs that this machine offers."""

    gpus: tuple[Device, ...] = ()
    """`index` counts those that `CUDA_VISIBLE_DEVICES` leaves visible, in PCI order."""
    reason: str = ""
    """Why there is none; empty when there are some."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The devices of one run."""

    kind: DeviceKind
    devices: tuple[Device, ...]
    notes: tuple[str, ...] = ()
    """What the reader of the record must know about this choice."""


def select(gpus: str, search: Callable[[], Search]) -> Selection:
    """Choose the devices of a run.

    Args:
        gpus: `all` (the CPU where there is no GPU), `none` (the CPU), or indices such as `0,1`.
        search: finds the GPUs; not called when none is wanted.

    Raises:
        InputError: `gpus` is none of these.
        EnvironmentUnfitError: a GPU that was asked for is not there.
    """
    wanted = parse_gpus(gpus)
    if wanted == "none":
        return Selection(kind="cpu", devices=(cpu(),), notes=("CPU measured, as asked for",))
    found = search()
    if wanted == "all":
        if found.gpus:
            return Selection(kind="cuda", devices=found.gpus, notes=found.notes)
        note = f"no usable GPU: the CPU is measured instead ({found.reason})"
        return Selection(kind="cpu", devices=(cpu(),), notes=(*found.notes, note))
    return Selection(kind="cuda", devices=_picked(wanted, found), notes=found.notes)


def parse_gpus(text: str) -> str | tuple[int, ...]:
    """Read the value of `--gpus`: `all`, `none` or a tuple of indices.

    Raises:
        InputError: it is none of these, or names an index twice.
    """
    folded = text.strip().lower()
    if folded in {"all", "none"}:
        return folded
    if not re.fullmatch(r"[0-9]{1,4}(,[0-9]{1,4})*", folded, re.ASCII):
        raise InputError(Fault(where="--gpus", value=text, problem="not a choice", fix=GPUS_FIX))
    indices = tuple(int(part) for part in folded.split(","))
    if len(set(indices)) < len(indices):
        raise InputError(
            Fault(where="--gpus", value=text, problem="names a GPU twice", fix=GPUS_FIX)
        )
    return indices


def cpu() -> Device:
    """Describe all CPUs of this host as one device."""
    return Device(index=0, kind="cpu", name=host.cpu_model(), memory_bytes=host.memory_bytes())


def search_gpus(stop: Callable[[], bool] = lambda: False) -> Search:
    """Find the GPUs by NVML, or by torch where there is no NVML, in a process of its own."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    environment = child_environment(visible or "")
    if visible is None:
        del environment["CUDA_VISIBLE_DEVICES"]
    ended = supervise(
        module_argv("probe"), job=b"", timeout_s=PROBE_TIMEOUT_S, environment=environment, stop=stop
    )
    if not ended.result:
        how = "took too long" if ended.cause == "timeout" else f"ended with {ended.returncode}"
        return Search(reason=f"the search for GPUs {how}: {_last_line(ended.stderr)}")
    return usable(json.loads(ended.result), visible)


def usable(found: Mapping[str, Any], visible: str | None) -> Search:
    """Keep the GPUs that can be measured.

    Args:
        found: what the probe wrote.
        visible: value of `CUDA_VISIBLE_DEVICES`; None when it is not set.
    """
    gpus = list(found["gpus"])
    notes = [f"{lost}: left out" for lost in found.get("unreachable", ())]
    if not gpus:
        reason = found["reason"] or "the driver reports no usable GPU"
        return Search(reason=reason, notes=tuple(notes))
    build = torch_build()
    if build is None or build.cuda is None:
        name = "torch is not installed" if build is None else f"torch {build.version} has no CUDA"
        return Search(reason=f"{len(gpus)} GPUs, but {name}")
    divided = [gpu["index"] for gpu in gpus if gpu.get("mig")]
    notes += [f"GPU {i} is divided by MIG and is left out" for i in divided]
    if found["source"] == "nvml":
        gpus = _visible([gpu for gpu in gpus if not gpu.get("mig")], visible)
    if not gpus:
        reason = f"CUDA_VISIBLE_DEVICES={visible!r} and MIG leave no whole GPU"
        return Search(reason=reason, notes=tuple(notes))
    if found["reason"]:
        notes.append(f"no telemetry: {found['reason']}")
    return Search(gpus=tuple(_device(i, gpu) for i, gpu in enumerate(gpus)), notes=tuple(notes))


def visible_value(devices: tuple[Device, ...]) -> str:
    """Give the `CUDA_VISIBLE_DEVICES` that shows exactly these GPUs; empty for CPUs."""
    return ",".join(d.uuid or str(d.index) for d in devices if d.kind == "cuda")


def _visible(gpus: list[dict[str, Any]], visible: str | None) -> list[dict[str, Any]]:
    """Apply `CUDA_VISIBLE_DEVICES` as CUDA does: in its order, up to the first unknown entry.

    A GPU that is named twice makes CUDA see none.
    """
    if visible is None:
        return gpus
    kept: list[dict[str, Any]] = []
    for entry in (part.strip() for part in visible.split(",")):
        match = [gpu for gpu in gpus if _names(entry, gpu)]
        if len(match) != 1:
            break
        if match[0] in kept:
            return []
        kept.append(match[0])
    return kept


def _names(entry: str, gpu: Mapping[str, Any]) -> bool:
    if entry.isdigit():
        return entry == str(gpu["index"])
    return entry.startswith("GPU-") and str(gpu.get("uuid", "")).startswith(entry)


def _device(index: int, facts: Mapping[str, Any]) -> Device:
    """Describe one GPU; one whose memory NVML does not tell shares that of the host."""
    names = facts.keys() & Device.model_fields.keys()
    known = {name: facts[name] for name in names if facts[name] is not None}
    known.setdefault("memory_bytes", host.memory_bytes())
    name = known.get("name") or "unknown GPU"
    accelerator = accelerator_id(name)
    return Device(
        **(known | {"index": index, "kind": "cuda", "name": name}), accelerator_id=accelerator
    )


def accelerator_id(name: str) -> str | None:
    """Give the catalog's id for a name that a driver prints; None when it is not known."""
    try:
        return load_catalog().accelerators.resolve(name).id
    except InputError:
        return None


def _picked(wanted: str | tuple[int, ...], found: Search) -> tuple[Device, ...]:
    by_index = {gpu.index: gpu for gpu in found.gpus}
    missing = [index for index in wanted if index not in by_index]
    if not found.gpus:
        raise EnvironmentUnfitError(f"--gpus: no usable GPU ({found.reason}); give --gpus none")
    if missing:
        names = ", ".join(str(index) for index in missing)
        raise EnvironmentUnfitError(
            f"--gpus: no GPU {names} here; there are {', '.join(map(str, by_index))}"
        )
    return tuple(by_index[index] for index in wanted if isinstance(index, int))


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1][:300] if lines else "it said nothing"
