#!/bin/sh
# step COMMAND...: one step of the build, with the compiler of CentOS's devtoolset where there is one (CentOS's
# own gcc 4.8 knows no C++14), and trusting the certificates of the build's secret `ca` where there is one.
set -e
if [ -f /opt/rh/devtoolset-9/enable ]; then . /opt/rh/devtoolset-9/enable; fi
if [ -s /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca GIT_SSL_CAINFO=/run/secrets/ca; fi
exec "$@"
