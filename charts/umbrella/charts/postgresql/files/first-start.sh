#!/bin/bash
# first-start COMMAND...: runs COMMAND, the image's entrypoint, on a database that is complete or on none. The official entrypoint
# creates one only where there is none, and serves for good what a first start left that was cut off: a database without
# Misskey's role, or half of initdb's files (docker-library/postgres#891).
# Input: $PGDATA. The file $PGDATA.first-start holds when a first start began, in seconds since 1970; 10-misskey.sh, the
# last step of that start, removes it. It may be killed at any time and run again.
set -euo pipefail

marker=$PGDATA.first-start
say() { printf 'first-start: %s\n' "$*" >&2; }
has_files() { [[ -n $(ls -A "$PGDATA" 2> /dev/null) ]]; }

if [[ -e $marker ]] && has_files; then
  # initdb puts the time into the upper half of the first 8 bytes, the system identifier (pg_control.h).
  identifier=$(od -A n -t d8 -N 8 "$PGDATA/global/pg_control" 2> /dev/null) || identifier=
  if [[ -n ${identifier// /} ]] && ((identifier >> 32 < $(< "$marker"))); then
    say "the database in $PGDATA is older than the first start that did not finish here, so it was restored since: serving it"
    rm "$marker"
  else
    say "the last first start in $PGDATA did not finish, and nothing was served from it: starting anew." \
      "What it left is in $PGDATA.unfinished, and can be deleted"
    rm -rf "$PGDATA.unfinished"
    mv "$PGDATA" "$PGDATA.unfinished"
  fi
fi
has_files || date +%s > "$marker"
exec "$@"
