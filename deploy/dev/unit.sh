#!/usr/bin/env bash
# Run all tests in three processes side by side, each with servers of its own: one alone would leave the processor idle
# while it waits for a server, a browser or the whole system.
#   unit.sh FOLDER...   the folders of the packages
set -uo pipefail
cd "$(dirname "$0")/../.."

# Tests of the whole that need no running system.
beside=(tests/docs tests/kinds tests/upgrade tests/chaos/ordering tests/state_machine)
alone=tests/test_installs_alone.py
first=("$alone") second=("${beside[@]}")
for folder in "$@"; do
  case $folder in
    services/portal/* | services/publication/* | services/notification/* | services/reporting/*) first+=("$folder") ;;
    *) second+=("$folder") ;;
  esac
done

logs=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$logs"' EXIT

.venv/bin/pytest -q --durations=10 "${first[@]}" >"$logs/first" 2>&1 &
of_first=$!
.venv/bin/pytest -q --durations=10 "${second[@]}" >"$logs/second" 2>&1 &
of_second=$!
.venv/bin/pytest -q --durations=20 tests "${beside[@]/#/--ignore=}" --ignore="$alone"
failed=$?
wait "$of_first" || failed=1
wait "$of_second" || failed=1

echo "The services where people type and search, then the other packages and those of the whole without a system:"
cat "$logs/first" "$logs/second"
exit "$failed"
