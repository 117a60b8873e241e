#!/usr/bin/env bash
# Bring a bare Debian-like machine to where the stack can start: system packages, Python packages, the broker's jars
# and what browsers load. Whatever is there already is left alone; with nothing to do it ends at once.
#   bootstrap.sh        what the running system needs
#   bootstrap.sh test   also what the tests need (Chromium, the validators of published documents)
set -euo pipefail
cd "$(dirname "$0")/../.."

MODE=${1:-run}
STAMPS=.local/stamps
LOGS=.local/log
PYTHON=.venv/bin/python
PACKAGES=(contracts chassis web operations reports services/* deploy/dev)
mkdir -p "$STAMPS" "$LOGS"

digest() { cat -- "$@" | sha256sum | cut -d' ' -f1; }
stamped() { [ -f "$STAMPS/$1" ] && [ "$(cat "$STAMPS/$1")" = "$2" ]; }
say() { printf '  %-8s %s\n' "$1" "$2"; }

# Run a command with its output in a log; say how long it took, or what it said last when it fails.
step() {
  local name=$1 log=$LOGS/bootstrap-$1.log start=$SECONDS outcome=0
  shift
  # Not inside a condition: there, bash would go on after a failed line of the command.
  set +e
  (
    set -e
    "$@"
  ) >"$log" 2>&1
  outcome=$?
  set -e
  if [ $outcome = 0 ]; then
    say done "$name ($((SECONDS - start)) s)"
  else
    { say FAILED "$name; it said last:"; tail -n 15 "$log"; echo "  Its log is $PWD/$log"; } >&2
    return 1
  fi
}

python_digest() { digest requirements/dev.txt $(printf '%s/pyproject.toml ' "${PACKAGES[@]}"); }
python_ready() { [ -x "$PYTHON" ] && stamped python "$(python_digest)"; }
kafka_ready() { compgen -G '.local/kafka/libs/kafka_2.13-*.jar' >/dev/null && stamped kafka "$(digest deploy/kafka/pom.xml)"; }
assets_ready() { [ -d node_modules/dkfds ] && stamped assets "$(digest package-lock.json)"; }

validators_ready() {
  [ "$MODE" != test ] || stamped validators "$(digest tests/documents/package-lock.json tests/documents/requirements.txt)"
}

has() { command -v "$1" >/dev/null 2>&1; }
java_ready() { has java && [ "$(java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p')" -ge 17 ] 2>/dev/null; }
python3_ready() { has python3 && python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

missing_system_packages() {
  python_ready || python3_ready || echo python3 python3-venv
  java_ready || echo java
  kafka_ready || has mvn || echo maven
  { assets_ready && validators_ready; } || has npm || echo nodejs
  has kcat || echo kcat
  [ "$MODE" != test ] || has chromium || echo chromium
  # The integrator's handbook uses them, and a test runs its commands.
  [ "$MODE" != test ] || has jq || echo jq
  [ "$MODE" != test ] || has curl || echo curl
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif has sudo; then sudo "$@"; else
    echo "Installing $* needs root" >&2
    return 1
  fi
}

# A new machine may be installing its own updates: their lock is waited for.
install_packages() {
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=600 "$@"
}

install_system() {
  local wanted=" $* "
  as_root apt-get update
  if [[ $wanted == *" java "* ]]; then
    # Debian 12 has 17; newer ones have a newer default, which serves as well.
    if apt-cache policy openjdk-17-jre-headless | grep -q 'Candidate: [0-9]'; then
      wanted=${wanted/ java / openjdk-17-jre-headless }
    else
      wanted=${wanted/ java / default-jre-headless }
    fi
  fi
  # shellcheck disable=SC2086
  install_packages ca-certificates $wanted
  # Some packagings of nodejs bring npm and refuse Debian's own.
  if [[ $wanted == *" nodejs "* ]] && ! has npm; then install_packages npm; fi
  python_ready || python3_ready || { echo "Python 3.11 or newer with venv is needed, this is $(python3 -V)"; return 1; }
}

pip_setting() { "$PYTHON" -m pip config get "global.$1" 2>/dev/null || true; }

# uv does not read pip's settings: tell it where pip would look, and whom it would trust.
share_pip_settings() {
  local index certificates
  index=${PIP_INDEX_URL:-$(pip_setting index-url)}
  certificates=${PIP_CERT:-$(pip_setting cert)}
  [ -z "$index" ] || export UV_DEFAULT_INDEX=${UV_DEFAULT_INDEX:-$index}
  [ -z "${PIP_FIND_LINKS:-}" ] || export UV_FIND_LINKS=${UV_FIND_LINKS:-${PIP_FIND_LINKS// /,}}
  [ -z "$certificates" ] || export SSL_CERT_FILE=${SSL_CERT_FILE:-$certificates}
  export UV_SYSTEM_CERTS=${UV_SYSTEM_CERTS:-true} UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy
}

install_python() {
  [ -x "$PYTHON" ] || python3 -m venv .venv
  awk '/^[^ ]/ {ours = /^uv==/} ours' requirements/dev.txt >.local/uv.txt
  local editable=() package
  for package in "${PACKAGES[@]}"; do editable+=(-e "$package"); done
  share_pip_settings
  # Compiled here once, or else by every process that starts first.
  if "$PYTHON" -m pip install --require-hashes --no-deps -r .local/uv.txt &&
    .venv/bin/uv pip install --python "$PYTHON" --compile-bytecode --require-hashes -r requirements/dev.txt; then
    .venv/bin/uv pip install --python "$PYTHON" --no-deps --no-build-isolation "${editable[@]}"
  else
    echo "uv cannot do it here; pip takes over"
    "$PYTHON" -m pip install --require-hashes -r requirements/dev.txt
    "$PYTHON" -m pip install --no-deps --no-build-isolation "${editable[@]}"
  fi
  python_digest >"$STAMPS/python"
}

install_kafka() {
  rm -rf .local/kafka/libs
  mvn -B -ntp -f deploy/kafka/pom.xml org.apache.maven.plugins:maven-dependency-plugin:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory="$PWD/.local/kafka/libs"
  digest deploy/kafka/pom.xml >"$STAMPS/kafka"
}

install_assets() {
  npm ci
  digest package-lock.json >"$STAMPS/assets"
}

# Apart from our own packages: the generator of clients and what it makes want other versions than we do.
install_validators() {
  npm ci --prefix tests/documents
  rm -rf .local/validators
  python3 -m venv .local/validators
  .local/validators/bin/python -m pip install --require-hashes --no-deps -r tests/documents/requirements.txt
  digest tests/documents/package-lock.json tests/documents/requirements.txt >"$STAMPS/validators"
}

declare -A STEPS=()

# Begin a step in a process group of its own, so that Control-C can end it with all that it started.
begin() {
  set -m
  step "$@" </dev/null &
  STEPS[$!]=$1
  set +m
}

# apt is not in such a group: it may ask for a password, and must not be cut off in its work.
begin_system() {
  step system install_system "$@" </dev/null &
  STEPS[$!]=system
}

interrupted() {
  local pid
  for pid in "${!STEPS[@]}"; do kill -- "-$pid" 2>/dev/null || true; done
  exit 130
}
trap interrupted INT TERM

at_work() {
  local pid
  for pid in $(jobs -rp); do printf '%s ' "${STEPS[$pid]}"; done
}

# Wait for the steps that run side by side, saying now and then which are still at it and what each wrote last.
wait_for_all() {
  local failed=0 since=$SECONDS pid name working
  while working=$(at_work) && [ -n "$working" ]; do
    sleep 0.2
    if ((SECONDS - since >= 10)); then
      since=$SECONDS
      for name in $working; do say ... "$name ($SECONDS s so far): $(tail -n 1 "$LOGS/bootstrap-$name.log" | cut -c 1-80)"; done
    fi
  done
  for pid in "${!STEPS[@]}"; do wait "$pid" || failed=1; done
  STEPS=()
  return $failed
}

missing=$(missing_system_packages | tr '\n' ' ')
if [ -n "${missing// /}" ]; then
  say install "system packages: $missing"
  # shellcheck disable=SC2086
  begin_system $missing
  wait_for_all || exit 1
fi

python_ready || { say install "Python packages into .venv"; begin python install_python; }
kafka_ready || { say install "Kafka from Maven"; begin kafka install_kafka; }
assets_ready || { say install "design system, htmx and axe from npm"; begin assets install_assets; }
validators_ready || { say install "validators and generators of clients"; begin validators install_validators; }
wait_for_all || exit 1
