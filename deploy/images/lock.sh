#!/usr/bin/env bash
# Write the lock files of the build stage and of the topics job anew, with the versions of requirements/dev.txt.
set -euo pipefail
cd "$(dirname "$0")/../.."

options=(--quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links)
options+=(--no-header --no-annotate --no-emit-package tilbudsportalen-contracts -c requirements/dev.txt)
mkdir -p .local/lock
{ cat deploy/images/topics.in; echo "$PWD/contracts"; } >.local/lock/topics.in
.venv/bin/uv pip compile "${options[@]}" .local/lock/topics.in -o deploy/images/topics.txt
.venv/bin/uv pip compile "${options[@]}" deploy/images/build.in -o deploy/images/build.txt
