#!/bin/sh
# Runs once, after initdb: creates Misskey's role and database, and the role of the health sidecar. The last step of a first start.
# psql reads the passwords from files, so that they appear in no argument, environment or log.
set -eu
psql -v ON_ERROR_STOP=1 --no-psqlrc --no-password --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\set misskey_password `cat /secrets/misskey-password`
\set health_password `cat /secrets/health-password`
SET log_statement TO none;
SET log_min_error_statement TO panic;

CREATE ROLE misskey LOGIN PASSWORD :'misskey_password';
CREATE DATABASE misskey OWNER misskey ENCODING 'UTF8' TEMPLATE template0;

CREATE ROLE health LOGIN PASSWORD :'health_password' CONNECTION LIMIT 3;
ALTER ROLE health SET statement_timeout TO '5s';
GRANT pg_monitor TO health;
SQL
rm "$PGDATA.first-start" # see first-start.sh
