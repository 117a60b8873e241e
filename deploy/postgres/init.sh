#!/usr/bin/env bash
# Runs once, when the server's data folder is new: a login and a database for each service, which no other can reach.
# The official image calls it from /docker-entrypoint-initdb.d.
set -euo pipefail

sql() { psql -X -q -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" "$@"; }

for service in reporting jurisdiction approval publication notification portal; do
  word="${service^^}_DB_PASSWORD"
  sql --dbname postgres -v service="$service" -v password="${!word:?}" <<'SQL'
CREATE ROLE :"service" LOGIN PASSWORD :'password';
CREATE DATABASE :"service" OWNER :"service";
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
SQL
done

for extension in pg_trgm btree_gist btree_gin; do
  sql --dbname publication -c "CREATE EXTENSION $extension"
done

sql --dbname postgres -c 'REVOKE ALL ON DATABASE postgres FROM PUBLIC' -c 'REVOKE ALL ON DATABASE template1 FROM PUBLIC'
