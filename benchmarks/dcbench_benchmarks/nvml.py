"""Reading NVML. Calls can hang or crash their process, so only processes made for it come here.

Every reading is optional: what a GPU, a driver or a container does not tell is absent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

REASONS = {
    0x0002: "applications_clocks_setting",
    0x0004: "sw_power_cap",
    0x0008: "hw_slowdown",
    0x0010: "sync_boost",
    0x0020: "sw_thermal_slowdown",
    0x0040: "hw_thermal_slowdown",
    0x0080: "hw_power_brake",
    0x0100: "display_clock_setting",
}
"""Bits of the clocks-event reasons (nvml.h, nvmlClocksEventReasons); 0x1, idle, is left out."""

SUCCESS = 0
"""nvml.h, NVML_SUCCESS."""


class Unavailable(Exception):  # noqa: N818 - absent NVML is a normal state, not an error
    """NVML cannot be used here; the text says why."""


class Nvml:
    """An open NVML library.

    Args:
        library: the module `pynvml`, or one that looks like it.
    """

    def __init__(self, library: Any | None = None) -> None:  # noqa: ANN401 - untyped library
        self._nvml = library or _import()
        try:
            self._nvml.nvmlInit()
        except Exception as error:
            raise Unavailable(f"NVML: {_text(error)}") from error

    def driver(self) -> str | None:
        """Version of the driver."""
        version = self._ask(self._nvml.nvmlSystemGetDriverVersion)
        return _decoded(version)

    def count(self) -> int:
        """Number of GPUs."""
        return int(self._ask(self._nvml.nvmlDeviceGetCount) or 0)

    def describe(self, index: int) -> dict[str, Any]:
        """Give what identifies one GPU, by the field names of the run record's `Device`.

        Raises:
            Unavailable: the GPU is lost, or this process may not use it.
        """
        nvml = self._nvml
        handle = self._handle(nvml.nvmlDeviceGetHandleByIndex, index)
        memory = self._ask(nvml.nvmlDeviceGetMemoryInfo, handle)
        capability = self._ask(nvml.nvmlDeviceGetCudaComputeCapability, handle)
        limit_mw = self._ask(nvml.nvmlDeviceGetEnforcedPowerLimit, handle)
        pci = self._ask(nvml.nvmlDeviceGetPciInfo, handle)
        mig = self._ask(nvml.nvmlDeviceGetMigMode, handle)
        facts = {
            "name": _decoded(self._ask(nvml.nvmlDeviceGetName, handle)),
            "uuid": _decoded(self._ask(nvml.nvmlDeviceGetUUID, handle)),
            "memory_bytes": None if memory is None else int(memory.total),
            "compute_capability": capability and f"{capability[0]}.{capability[1]}",
            "power_limit_w": limit_mw / 1e3 if limit_mw else None,
            "pci_bus_id": None if pci is None else _decoded(pci.busId),
            "persistence": self._ask(nvml.nvmlDeviceGetPersistenceMode, handle),
            "mig": bool(mig and mig[0]),
        }
        return {name: value for name, value in facts.items() if value is not None}

    def handle(self, uuid: str) -> Any:  # noqa: ANN401 - opaque to us
        """Give the handle of the GPU with that UUID.

        Raises:
            Unavailable: there is none, it is lost, or this process may not use it.
        """
        return self._handle(self._nvml.nvmlDeviceGetHandleByUUID, uuid)

    def read(self, handle: Any) -> dict[str, float]:  # noqa: ANN401 - opaque to us
        """Read power, clocks, temperature, clocks-event reasons and energy counter once."""
        nvml = self._nvml
        reasons = getattr(nvml, "nvmlDeviceGetCurrentClocksEventReasons", None)
        values = {
            "power_mw": self._power_mw(handle),
            "sm_mhz": self._ask(nvml.nvmlDeviceGetClockInfo, handle, nvml.NVML_CLOCK_SM),
            "memory_mhz": self._ask(nvml.nvmlDeviceGetClockInfo, handle, nvml.NVML_CLOCK_MEM),
            "temperature_c": self._ask(
                nvml.nvmlDeviceGetTemperature, handle, nvml.NVML_TEMPERATURE_GPU
            ),
            "reasons": self._ask(reasons or nvml.nvmlDeviceGetCurrentClocksThrottleReasons, handle),
            "energy_mj": self._ask(nvml.nvmlDeviceGetTotalEnergyConsumption, handle),
        }
        return {name: float(value) for name, value in values.items() if value is not None}

    def _power_mw(self, handle: Any) -> int | None:  # noqa: ANN401 - opaque to us
        """Read the power of this moment where the driver tells it.

        The usual reading is, from Ampere on (GA100 excepted), the mean of the last second (nvml.h,
        nvmlDeviceGetPowerUsage): it would carry the power before a short window into it.
        """
        field = getattr(self._nvml, "NVML_FI_DEV_POWER_INSTANT", None)
        if field is not None:
            values = self._ask(self._nvml.nvmlDeviceGetFieldValues, handle, [field])
            if values and values[0].nvmlReturn == SUCCESS and values[0].value.uiVal:
                return int(values[0].value.uiVal)
        usage: int | None = self._ask(self._nvml.nvmlDeviceGetPowerUsage, handle)
        return usage

    def _handle(self, find: Callable[..., Any], name: int | str) -> Any:  # noqa: ANN401
        try:
            return find(name)
        except self._nvml.NVMLError as error:
            raise Unavailable(f"NVML: {_text(error)}") from error

    def _ask(self, question: Callable[..., Any], *arguments: Any) -> Any:  # noqa: ANN401
        """Ask; None when the driver does not answer this question."""
        try:
            return question(*arguments)
        except self._nvml.NVMLError:
            return None


def reason_names(bits: int) -> tuple[str, ...]:
    """Name the clocks-event reasons in a bit mask; idleness and unknown bits are left out."""
    return tuple(name for bit, name in REASONS.items() if bits & bit)


def _import() -> Any:  # noqa: ANN401 - untyped library
    try:
        import pynvml  # noqa: PLC0415 - absent on machines without the `bench` extra
    except ImportError as error:
        raise Unavailable("the package nvidia-ml-py is not installed") from error
    return pynvml


def _text(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__


def _decoded(value: str | bytes | None) -> str | None:
    return value.decode() if isinstance(value, bytes) else value
