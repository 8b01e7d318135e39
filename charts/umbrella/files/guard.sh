#!/bin/bash
# guard SIGNAL COMMAND...: process 1 of a server's container. Runs the server only while its pod holds the lease of the volume,
# and kills it when the lease ends, whatever has become of the sidecar that renews it. It uses nothing but what bash has built
# in, and never touches the volume: neither a hung NAS nor a full process table stops it.
# Input: SIGNAL stops the server in order; $LEASE, a folder in memory, with the file permit: EPOCH DEADLINE TAKEN YIELDING, the
# second in 1/100 s of /proc/uptime, written by the sidecar. YIELDING is 1 when the lease goes to another pod as soon as the server
# has been stopped in order. Output: the file ended, when no process of the server is left; for COMMAND
# $LEASE_TAKEN, the epoch in which the volume was taken from a silent holder, or 0.
set -u
set -m # without job control bash starts what runs beside it with SIGINT ignored
if (($$ != 1)); then
  echo 'guard: must be process 1 of its container: it kills every process that it can' >&2
  exit 2
fi
signal=$1
shift
export LEASE=${LEASE:-/lease} LEASE_TAKEN=0
exec {never}<> <(:) # a pipe that nobody writes to
pause() { read -rt 0.1 -u "$never"; }
say() { printf 'guard: %s\n' "$*" >&2; }

# permitted: sets epoch and yielding; true while the deadline has not passed.
permitted() {
  local deadline=0 uptime
  epoch=0 yielding=0
  { read -r epoch deadline LEASE_TAKEN yielding < "$LEASE/permit"; } 2> /dev/null
  read -r uptime _ < /proc/uptime
  ((10#${uptime/./} < ${deadline:-0}))
}

# kill_all: returns when no other process of the container is left, which may take as long as the kernel waits for the NAS.
kill_all() {
  while kill -s KILL -- -1 2> /dev/null; do pause; done
}

stopping=
trap 'stopping=yes' TERM INT
: > "$LEASE/ended"
while :; do
  say 'waiting for the lease'
  until permitted && [[ $yielding != 1 ]]; do
    [[ -z $stopping ]] || exit 0
    [[ $yielding != 1 ]] || echo "$epoch" > "$LEASE/ended" # also when this container was started again meanwhile
    pause
  done
  under=$epoch
  say "starting under epoch $under"
  "$@" &
  server=$!
  asked=
  while permitted && [[ $epoch == "$under" ]] && kill -s 0 "$server" 2> /dev/null; do
    if [[ ($stopping || $yielding == 1) && -z $asked ]]; then
      asked=yes
      say "stopping: $signal"
      kill -s "$signal" "$server" 2> /dev/null
    fi
    pause
  done
  if permitted && [[ $epoch == "$under" ]]; then
    wait "$server"
    status=$?
    kill_all
    echo "$under" > "$LEASE/ended"
    say "the server has ended with $status"
    [[ -z $stopping && $yielding == 1 ]] && continue
    exit "$status"
  fi
  # Not in order: a server that writes a checkpoint now destroys what its successor has written.
  say "the lease of epoch $under has ended: killing the server"
  kill_all
done
