"""Values that commands share: numbers and KEY=VALUE pairs as they were typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from dcbench.errors import Fault
from dcbench.units import parse_number

NO_EXAMPLES: Mapping[str, str] = MappingProxyType({})


def parsed(
    flag: str, text: str, parse: Callable[[str], float], faults: list[Fault],
    examples: Mapping[str, str] = NO_EXAMPLES,
) -> float:  # fmt: skip
    """Read one value; a text that is none becomes a fault, with an example of the flag's."""
    try:
        return parse(text)
    except ValueError as error:
        fix = f"give a value such as {examples.get(flag, '7e9')}"
        faults.append(Fault(where=flag, value=text, problem=str(error), fix=fix))
        return 1.0


def assumption_settings(texts: Iterable[str], faults: list[Fault]) -> dict[str, float]:
    """Read the KEY=VALUE of each --set."""
    return dict(_setting(text, faults) for text in texts)


def _setting(text: str, faults: list[Fault]) -> tuple[str, float]:
    key, separator, value = text.partition("=")
    if not separator:
        fix = "give KEY=VALUE, such as finance.utilisation=0.7"
        faults.append(Fault(where="--set", value=text, problem="has no =", fix=fix))
        return key, 1.0
    return key.strip(), parsed(f"--set {key.strip()}", value, parse_number, faults)
