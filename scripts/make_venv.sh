#!/usr/bin/env bash
# Makes the environment $VENV with the interpreter $PYTHON and installs this checkout into it.
# A torch with CUDA that $PYTHON already has is used where it is and as it is; otherwise the pinned
# torch is installed, from $TORCH_INDEX where that is set.
set -euo pipefail

python=${PYTHON:-python3}
venv=${VENV:-.venv}
pins=$(mktemp)
trap 'rm -f "$pins"' EXIT

suits() { "$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))'; }

install() { "$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-compile "$@"; }

# Prints the folder of the CUDA torch of $python; fails where there is none.
cuda_torch_folder() {
  "$python" -c '
import pathlib, torch
if not torch.version.cuda:
    raise SystemExit(1)
print(pathlib.Path(torch.__file__).parents[1])' 2>/dev/null
}

site_folder() { "$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))'; }

torch_version() {
  "$venv/bin/python" -c 'from importlib.metadata import version; print(version("torch"))' 2>/dev/null
}

if ! suits; then
  echo "dcbench needs Python 3.11 or newer with venv, $python is not; set PYTHON=..." >&2
  exit 2
fi

[[ -x $venv/bin/python ]] || "$python" -m venv "$venv"

if ! torch_version >/dev/null && folder=$(cuda_torch_folder); then
  echo "using the CUDA torch in $folder"
  echo "$folder" >"$(site_folder)/cuda_torch.pth"
fi

grep -v '^torch==' constraints/dev.txt >"$pins"
if ! torch_version >/dev/null; then
  echo "installing torch (the longest part)"
  install --constraint "$pins" ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} \
    "$(grep '^torch==' constraints/dev.txt)"
fi

# Whatever torch is there now stays: pip is told its version.
echo "torch==$(torch_version)" >>"$pins"
echo "installing dcbench"
install --constraint "$pins" --editable '.[bench,renewables,dev]'

# Compiles the modules that are used, instead of all that were installed: that takes a minute less.
PYTHONDONTWRITEBYTECODE='' "$venv/bin/python" - <<'WARM'
import jinja2, matplotlib.figure, pandas, pydantic, pytest, scipy, torch, typer
torch.optim.AdamW([torch.zeros(1, requires_grad=True)]).step()
WARM
