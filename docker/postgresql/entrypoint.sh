#!/bin/bash
# The contract of the official image: options alone are the server's; a first start creates the database; root drops its
# privileges; any other command is run as given.
set -euo pipefail

fail() { printf '%s\n' "$@" >&2; exit 1; }

[[ ${1:-} != -* ]] || set -- postgres "$@"
[[ ${1:-} == postgres ]] || exec "$@"
for argument; do
  case $argument in
    -'?' | --help | --describe-config | -V | --version) exec "$@" ;;
  esac
done

socket_dir=/var/run/postgresql
folders=("$PGDATA" "$socket_dir" ${POSTGRES_INITDB_WALDIR:+"$POSTGRES_INITDB_WALDIR"})
me=$(id -u)

if [[ $me == 0 ]]; then
  mkdir -p "${folders[@]}"
  find "${folders[@]}" ! -user postgres -exec chown postgres '{}' +
  HOME=/var/lib/postgresql exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$0" "$@"
fi

# wrong_owner FOLDER: the folder lies on a volume that belongs to another user.
wrong_owner() {
  fail "$1 belongs to $(stat --format='%u:%g (mode %a)' "$1"), but PostgreSQL runs as $me:$(id -g)." \
    "Where the volume lives: chown -R $me:$(id -g) its directory. Or run the container as its owner."
}
mkdir -p "$PGDATA" 2>/dev/null || wrong_owner "$(dirname "$PGDATA")"
[[ -O $PGDATA ]] || wrong_owner "$PGDATA"
# A cluster may have given it to a group (fsGroup), which PostgreSQL refuses.
chmod 0700 "$PGDATA"

if [[ -s $PGDATA/PG_VERSION ]]; then
  printf '\n%s\n\n' 'PostgreSQL Database directory appears to contain a database; Skipping initialization'
else
  first-start.sh "$socket_dir" "${@:2}"
fi

# This build's own default is /tmp, where clients of Debian and of the official image do not look.
if [[ $(postgres "${@:2}" -C unix_socket_directories) == /tmp ]]; then
  set -- "$@" -c "unix_socket_directories=$socket_dir"
fi
exec "$@"
