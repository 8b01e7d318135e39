#!/bin/sh
# Installs what compiles Misskey's native modules, on a base of Debian's family or CentOS 7.
set -eu

# CentOS 7 ended in June 2024: its mirror list is gone, its packages (signed, and checked) lie in the vault.
use_vault() {
  sed -i -e 's|^mirrorlist=|#mirrorlist=|' \
    -e 's|^# *baseurl=http://mirror.centos.org|baseurl=http://vault.centos.org|' /etc/yum.repos.d/CentOS-*.repo
}

if command -v apt-get >/dev/null; then
  apt-get update
  apt-get install -y --no-install-recommends ca-certificates git python3 make g++ pkg-config
  rm -rf /var/lib/apt/lists/*
elif command -v yum >/dev/null; then
  use_vault
  yum install -y ca-certificates git python3 make pkgconfig centos-release-scl-rh
  use_vault # for the repository that centos-release-scl-rh has just added
  yum install -y devtoolset-9-gcc-c++ devtoolset-9-binutils
  yum clean all
else
  echo 'packages.sh: the base has neither apt-get nor yum; choose a base of Debian or CentOS 7' >&2
  exit 1
fi
