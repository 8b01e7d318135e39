#!/bin/bash
# take-over PATH... -- COMMAND...: replaces each PATH by a copy of itself if the volume was taken from a silent holder, then runs
# COMMAND. Writes of that holder may still be in flight, and its machine sends them when its network is back; they then reach
# files that are gone. Each PATH is a folder or file that the server writes, on an NFS volume, where a file that was closed is
# stored. It may be killed at any time and run again.
# Input: from guard.sh, $LEASE_TAKEN, the epoch of the take-over, or 0; $LEASE. Output: the file $LEASE/copied with that epoch.
set -eo pipefail # not -u: old versions of bash then refuse an empty list
paths=()
while [[ $1 != -- ]]; do
  paths+=("$1")
  shift
done
shift
say() { printf 'take-over: %s\n' "$*" >&2; }

# copy FROM TO: many files at a time, as over NFS each waits for the disk of the NAS.
copy() {
  if [[ ! -d $1 ]]; then
    cp -a "$1" "$2"
    return
  fi
  mkdir "$2"
  (
    cd "$1"
    find . -type d -print0 | tar --null --no-recursion -T - -c | tar -xpC "$2"
    find . ! -type d -print0 | xargs -0 -r -n 16 -P 8 cp -a --parents -t "$2"
  )
}

copied=
{ read -r copied < "$LEASE/copied"; } 2> /dev/null || true
for path in "${paths[@]}"; do
  # Killed between its two renames: the copy is complete.
  if [[ ! -e $path && -e $path.copy ]]; then mv "$path.copy" "$path"; fi
  rm -rf "$path.copy" "$path.old"
  [[ $LEASE_TAKEN != 0 && $LEASE_TAKEN != "$copied" && -e $path ]] || continue
  need=$(du -sk "$path" | cut -f 1)
  free=$(df -Pk "$path" | awk 'END { print $4 }')
  if ((need > free)); then
    say "WARNING: $path is not copied: that takes $((need / 1024)) MiB, and $((free / 1024)) MiB are free. Late writes of the" \
      'last holder may damage it'
    continue
  fi
  say "epoch $LEASE_TAKEN was taken from a silent holder: copying $path, $((need / 1024)) MiB, so that its late writes reach nothing"
  copy "$path" "$path.copy"
  mv "$path" "$path.old"
  mv "$path.copy" "$path"
  (rm -rf "$path.old" &) # not a child of the server
  say "copied $path"
done
echo "$LEASE_TAKEN" > "$LEASE/copied"
exec "$@"
