#!/usr/bin/env bash
# Deploy everything, or one service alone, to one account: ./infra/deploy.sh --account dev [--service registry]
# What else it can: ./infra/deploy.sh --help
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
python="$root/.venv/bin/python"
[ -x "$python" ] || { echo "The virtual environment is missing: run 'make setup' first." >&2; exit 1; }
cd "$root"
exec "$python" -m infra.promotion "$@"
