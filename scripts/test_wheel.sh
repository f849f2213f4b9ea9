#!/usr/bin/env bash
# Installs one wheel into a new environment, without torch and development packages, and uses it
# in an empty folder, where none of the sources can be imported by accident.
set -euo pipefail

[[ $# -eq 1 && -f $1 ]] || { echo "usage: scripts/test_wheel.sh dist/NAME.whl" >&2; exit 2; }
wheel=$(realpath "$1")
pins=$(realpath "$(dirname "$0")/../constraints/dev.txt")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install -qq --disable-pip-version-check --no-compile --constraint "$pins" "$wheel"
export PATH="$work/venv/bin:$PATH"

python - "$work" <<'CHECK'
import importlib, importlib.util, pathlib, sys
from importlib import metadata
packages = {"dcbench", "dcbench_benchmarks", "dcbench_planner", "dcbench_reports"}
shipped = {path.parts[0] for path in metadata.files("gpu-dcbench")}
extra = {name for name in shipped - packages if not name.startswith(("gpu_dcbench-", ".."))}
assert not extra, f"the wheel ships {extra}"
for name in sorted(packages):
    place = pathlib.Path(importlib.import_module(name).__file__).resolve()
    assert place.is_relative_to(sys.argv[1]), f"{name} came from {place}"
    assert (place.parent / "py.typed").exists(), f"{name} has no py.typed"
for absent in ("torch", "pytest", "mypy", "ruff"):
    assert importlib.util.find_spec(absent) is None, f"{absent} should not be here"
CHECK

step() { echo "wheel: dcbench $*"; dcbench "$@" >out.txt || { cat out.txt; return 1; }; }
step --version
step --help
step schema plan
step catalog list accelerators
step plan --params 7e9 --out plan.json
step facility --it-kw 1000 --site ashburn --out facility.json
step facility --it-kw 1000 --site any --cooling dlc-dry
step validate facility
step report plan.json --out report.html
[[ -s plan.json && -s facility.json && -s report.html ]]

code=0
dcbench run --gpus none --suite quick --out run 2>err.txt || code=$?
[[ $code -eq 3 ]] || { echo "run without torch should exit 3, not $code"; cat err.txt; exit 1; }
[[ $(wc -l <err.txt) -eq 1 ]] || { echo "run without torch should print one line"; cat err.txt; exit 1; }
echo "wheel: run without torch says: $(cat err.txt)"

code=0
dcbench facility --it-kw 1000 --site ashburn --pv-kw 500 >out.txt 2>err.txt || code=$?
[[ $code -eq 3 ]] || { echo "the sun without pvlib should exit 3, not $code"; cat err.txt; exit 1; }
echo "wheel: photovoltaics without pvlib says: $(cat err.txt)"
