#!/bin/sh
# Installs APT_BUILD or YUM_BUILD of image.json, on a base of Debian's family or CentOS 7: what compiles Misskey's native
# modules. PACKAGES, if not empty, is the address of a mirror of the archive or of the vault.
set -eu
here=$(dirname "$(readlink -f "$0")")

if command -v apt-get >/dev/null; then
  if [ -n "${PACKAGES:-}" ]; then
    for list in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
      if [ -f "$list" ]; then sed -i -E "s#https?://[^/ ]+/#${PACKAGES%/}/#" "$list"; fi
    done
  fi
  # Without it, apt calls a list that it could not get a warning.
  apt-get -o APT::Update::Error-Mode=any update
  apt-get install -y --no-install-recommends $APT_BUILD
  rm -rf /var/lib/apt/lists/*
elif command -v yum >/dev/null; then
  vault=${PACKAGES:-http://vault.centos.org}
  echo "${vault%/}" >/etc/yum/vars/vault
  # Without it, yum calls a package that it could not find a warning.
  install="yum install -y --setopt=gpgcheck=1 --setopt=skip_missing_names_on_install=False"
  use_vault() {
    rm -f /etc/yum.repos.d/*.repo
    cp "$here/centos-vault.repo" /etc/yum.repos.d/
  }
  use_vault
  $install --disablerepo=sclo-rh centos-release-scl-rh # for its key
  use_vault                                            # without the repositories that it has just added
  $install $YUM_BUILD
  yum clean all
else
  echo 'packages.sh: the base has neither apt-get nor yum; choose a base of Debian or CentOS 7' >&2
  exit 1
fi
