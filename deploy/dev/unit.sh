#!/usr/bin/env bash
# Run all tests in two processes side by side: those that mostly wait for the whole system, and those that mostly compute.
#   unit.sh FOLDER...   the folders of the packages
set -uo pipefail
cd "$(dirname "$0")/../.."

# Tests of the whole that need no running system.
computing=(tests/docs tests/kinds tests/upgrade tests/chaos/ordering)
log=$(mktemp)
trap 'kill %1 2>/dev/null; rm -f "$log"' EXIT

.venv/bin/pytest -q --durations=10 "$@" "${computing[@]}" >"$log" 2>&1 &
.venv/bin/pytest -q --durations=20 tests "${computing[@]/#/--ignore=}"
of_system=$?
wait %1
of_packages=$?

echo "The tests of the packages, and those of the whole that need no running system:"
cat "$log"
exit $((of_system || of_packages))
