#!/bin/sh
# Write .env for docker-compose.yml: .env.example with a random secret for each empty name.
#   secrets.sh [FILE]
set -eu
example=$(dirname "$0")/../../.env.example
target=${1:-$(dirname "$0")/../../.env}

if [ -e "$target" ]; then
  # The data in the volumes was made with the secrets that are there.
  echo "$target is there already; nothing was changed" >&2
  exit 1
fi

# Hexadecimal passwords fit unquoted into addresses, JAAS settings and shells.
password() { head -c 24 /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }
key() { head -c 32 /dev/urandom | base64 | tr -d '\n'; }

umask 077
while IFS= read -r line; do
  case $line in
    CPR_KEY=) printf '%s%s\n' "$line" "$(key)" ;;
    [A-Z]*=) printf '%s%s\n' "$line" "$(password)" ;;
    *) printf '%s\n' "$line" ;;
  esac
done <"$example" >"$target"
echo "$target is written"
