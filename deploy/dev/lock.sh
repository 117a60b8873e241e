#!/usr/bin/env bash
# Write the lock files anew: pinned, with hashes, naming no index. requirements/dev.txt is for the checkout;
# services/<name>/requirements.txt is for that service's image and has the same versions.
#   lock.sh             keep the versions that are locked where they still fit
#   lock.sh --upgrade   take the newest
set -euo pipefail
cd "$(dirname "$0")/../.."

UV=.venv/bin/uv
OURS=(contracts chassis web operations reports deploy/dev services/*)
mkdir -p .local/lock

unlisted=()
for package in "${OURS[@]}"; do
  unlisted+=(--no-emit-package "$(sed -n 's/^name = "\(.*\)"/\1/p' "$package/pyproject.toml")")
done
options=(--quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links)
options+=(--no-header --no-annotate "${unlisted[@]}")

printf "$PWD/%s\n" "${OURS[@]}" >.local/lock/dev.in
"$UV" pip compile "${options[@]}" "$@" requirements/dev.in .local/lock/dev.in -o requirements/dev.txt

for service in services/*; do
  printf "$PWD/%s\n" contracts chassis web operations reports "$service" >.local/lock/service.in
  "$UV" pip compile "${options[@]}" -c requirements/dev.txt .local/lock/service.in -o "$service/requirements.txt"
done

# The program that asks for known faults has one too.
"$UV" pip compile "${options[@]}" "$@" requirements/audit.in -o requirements/audit.txt

# The generator of clients and what it makes have an environment of their own.
"$UV" pip compile "${options[@]}" "$@" tests/documents/requirements.in -o tests/documents/requirements.txt

# The images' own locks follow the same versions.
deploy/images/lock.sh
