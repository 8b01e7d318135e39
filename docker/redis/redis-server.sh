#!/bin/sh
# Debian's build answers only to localhost until a password is set; the official one leaves that to the network.
# So it is here, whoever starts the server, unless protected-mode is set.
case " $* " in
  *protected-mode* | *' -v '* | *' --version '* | *' -h '* | *' --help '* | *--test-memory* | *--check-system*) ;;
  *) { [ -f "${1:-}" ] && grep -Eq '^[[:space:]]*protected-mode' "$1"; } || set -- "$@" --protected-mode no ;;
esac
exec /usr/bin/redis-server "$@"
