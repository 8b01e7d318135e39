#!/bin/sh
# The contract of the official image: options or a configuration file alone are the server's; root drops its
# privileges; any other command is run as given.
set -eu

case ${1:-} in
  -* | *.conf) set -- redis-server "$@" ;;
esac

if [ "${1:-}" = redis-server ]; then
  if [ "$(id -u)" = 0 ]; then
    find . ! -user redis -exec chown redis '{}' +
    HOME=/home/redis exec setpriv --reuid=redis --regid=redis --init-groups -- "$0" "$@"
  fi
  # Only a warning: a setting may put the data elsewhere.
  if [ ! -w "$PWD" ]; then
    echo >&2 "$PWD belongs to $(stat --format='%u:%g (mode %a)' "$PWD"), but Redis runs as $(id -u):$(id -g)." \
      "Where the volume lives: chown -R $(id -u):$(id -g) its directory."
  fi
fi

# Only its own user may read what it saves.
if [ "$(umask)" = 0022 ]; then umask 0077; fi
exec "$@"
