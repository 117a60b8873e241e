#!/usr/bin/env bash
# Ask the advisory databases about everything that is locked. Where they cannot be reached, say how old each lock is.
#   audit.sh          fail when something that is locked has a known fault
#   audit.sh report   only tell
set -euo pipefail
cd "$(dirname "$0")/../.."

MODE=${1:-fail}
TOOL=.local/audit
LOCKS=(requirements/dev.txt tests/documents/requirements.txt deploy/images/*.txt services/*/requirements.txt)

install_tool() {
  .venv/bin/uv venv --quiet --allow-existing "$TOOL"
  .venv/bin/uv pip install --quiet --python "$TOOL/bin/python" --require-hashes -r requirements/audit.txt
}

age() { echo "$((($(date +%s) - $(git log -1 --format=%ct -- "$1" 2>/dev/null || stat -c %Y "$1")) / 86400)) days"; }

[ -x "$TOOL/bin/pip-audit" ] || install_tool || { echo "pip-audit cannot be installed here"; MODE=unreachable; }
found=0
for lock in "${LOCKS[@]}"; do
  if [ "$MODE" = unreachable ]; then
    echo "$lock was not asked about; it is $(age "$lock") old"
  elif answer=$("$TOOL/bin/pip-audit" --disable-pip --require-hashes --vulnerability-service osv --timeout 10 -r "$lock" 2>&1); then
    echo "$lock: nothing is known against it"
  elif grep -q "known vulnerabilit" <<<"$answer"; then
    found=1
    printf '%s\n%s\n' "$lock:" "$answer"
  else
    MODE=unreachable
    echo "$lock: the advisories cannot be reached; it is $(age "$lock") old"
  fi
done
[ $found = 0 ] || [ "$MODE" = report ]
