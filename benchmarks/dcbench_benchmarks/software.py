"""Versions of the packages that shape a result, found without importing them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

REPORTED = (
    "torch", "numpy", "nvidia-ml-py", "triton", "nvidia-nccl-cu12", "nvidia-nccl-cu13",
    "nvidia-cublas-cu12", "nvidia-cublas", "nvidia-cudnn-cu12", "nvidia-cudnn-cu13",
)  # fmt: skip
"""Distributions whose versions go into the run record when they are installed."""


@dataclass(frozen=True, kw_only=True)
class TorchBuild:
    """What the installed torch says about itself in its `version.py`."""

    version: str
    cuda: str | None
    """CUDA version it was built for; None for a CPU build."""


def torch_build() -> TorchBuild | None:
    """Describe the installed torch, or None where there is none.

    Reads torch's `version.py` as text, since importing torch takes about two seconds.
    """
    spec = util.find_spec("torch")
    if spec is None or not spec.submodule_search_locations:
        return None
    file = Path(spec.submodule_search_locations[0]) / "version.py"
    try:
        text = file.read_text(encoding="utf-8")
    except OSError:
        return None
    version = _assigned(text, "__version__")
    return TorchBuild(version=version or "unknown", cuda=_assigned(text, "cuda"))


def package_versions() -> dict[str, str]:
    """Versions of the reported packages that are installed, and of CUDA as torch was built."""
    versions = {name: version for name in REPORTED if (version := _version(name))}
    build = torch_build()
    if build:
        versions["torch"] = build.version
        if build.cuda:
            versions["cuda"] = build.cuda
    return versions


def dcbench_version() -> str:
    """Version of this tool; `unknown` when it runs from sources that are not installed."""
    return _version("gpu-dcbench") or "unknown"


def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _assigned(text: str, name: str) -> str | None:
    found = re.search(rf"^{name}\s*(?::[^=]*)?=\s*['\"]([^'\"]+)['\"]", text, re.MULTILINE)
    return found[1] if found else None
