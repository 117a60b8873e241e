#!/bin/sh
# What an image's build stage does, as a script of its own so that a test can do the same without a container engine.
#   install.sh requirements VENV FILE      make the virtual environment VENV and install FILE into it, checked by hash
#   install.sh packages VENV FOLDER...     build our packages as wheels and add them, without looking for anything else
# TOOLS is where the build tools go; they stay out of VENV, and so out of the image.
set -eu

tools=${TOOLS:-/opt/tools}
what=$1 venv=$2
shift 2

requirements() {
  python3 -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --require-hashes --only-binary :all: -r "$1"
}

packages() {
  python3 -m venv "$tools"
  "$tools/bin/python" -m pip install --quiet --require-hashes -r deploy/images/build.txt
  wheels=$(mktemp -d)
  for folder in "$@"; do
    "$tools/bin/python" -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir "$wheels" "./$folder"
  done
  "$venv/bin/python" -m pip install --quiet --no-index --no-deps "$wheels"/*.whl
  [ "${CHECK:-yes}" = no ] || "$venv/bin/python" -m pip check
  "$venv/bin/python" -m pip uninstall --quiet --yes setuptools pip
  rm -r "$wheels"
}

"$what" "$@"
