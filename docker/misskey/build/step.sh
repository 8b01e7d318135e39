#!/bin/sh
# step COMMAND...: one step of the build, with the compiler of CentOS's devtoolset where there is one (CentOS's
# own gcc 4.8 knows no C++14), and trusting the certificates of the build's secret `ca` where there is one.
# When it failed because of a download, its last line says which, and how to give a mirror.
set -eu
if [ -f /opt/rh/devtoolset-9/enable ]; then
  set +u # the file reads variables that may be unset
  . /opt/rh/devtoolset-9/enable
  set -u
fi
if [ -s /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca GIT_SSL_CAINFO=/run/secrets/ca; fi
log=$(mktemp)
{ "$@" 2>&1 || echo $? >"$log.failed"; } | tee "$log"
if [ -e "$log.failed" ]; then
  node /usr/local/lib/build/failed-download.mjs "$log" >&2 || true
  exit "$(cat "$log.failed")"
fi
rm "$log"
