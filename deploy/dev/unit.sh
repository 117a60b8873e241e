#!/usr/bin/env bash
# Run the tests of the system as a whole, and beside them those of the packages: the first mostly wait.
#   unit.sh FOLDER...   the last folder is that of the whole system
set -uo pipefail
cd "$(dirname "$0")/../.."

packages=("${@:1:$#-1}") system=${!#}
log=$(mktemp)
trap 'kill %1 2>/dev/null; rm -f "$log"' EXIT

.venv/bin/pytest -q --durations=10 "${packages[@]}" >"$log" 2>&1 &
.venv/bin/pytest -q --durations=20 "$system"
of_system=$?
wait %1
of_packages=$?

echo "The tests of the packages:"
cat "$log"
exit $((of_system || of_packages))
