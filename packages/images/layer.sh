#!/bin/sh
# The end of a build stage: what it has made, in /layer/$SOURCE_DATE_EPOCH, ready to be copied into an image as one layer that
# is the same whenever and wherever it is made: sorted, of one date, without what tells of the build.
#   sh /layer.sh          everything that is newer than this file, which the stage copies first
#   sh /layer.sh FOLDER   everything below FOLDER, for an image from scratch
# The folder's name has the date because the engine's cache ignores the dates of files that it copies.
set -eu
: "${SOURCE_DATE_EPOCH:?is missing: ARG SOURCE_DATE_EPOCH before RUN sh /layer.sh}"
root=${1:-/}

for folder in var/log tmp var/tmp var/cache/apt var/cache/yum var/lib/apt/lists; do
  [ ! -d "$root/$folder" ] || find "$root/$folder" -mindepth 1 -delete
done
cd "$root"
# Backups, and a cache that names inodes.
rm -rf etc/passwd- etc/group- etc/shadow- etc/gshadow- etc/subuid- etc/subgid- \
  var/cache/ldconfig/aux-cache var/cache/debconf/*-old var/lib/dpkg/*-old
# The day of a password's last change. shadow of Debian 12 heeds SOURCE_DATE_EPOCH, that of CentOS 7 does not.
[ ! -e etc/shadow ] || sed -i -E "s/^([^:]*:[^:]*):[0-9]*:/\1:$((SOURCE_DATE_EPOCH / 86400)):/" etc/shadow

rm -rf /layer
layer=/layer/$SOURCE_DATE_EPOCH
mkdir -p "$layer"
newer=${1:+-true}
# Without what the engine puts in while it builds. Changes, not dates of files, count: a package's files are as old as the package.
find . -xdev -mindepth 1 \
  -regex '\./\(proc\|sys\|dev\|layer\|etc/hosts\|etc/hostname\|etc/resolv.conf\|run/secrets\|run/.containerenv\)' -prune \
  -o ${newer:--newercc "$0"} -print |
  # With every folder above, else tar would make it with rights of its own.
  awk -F/ '{ path = "."; for (i = 2; i <= NF; i++) { path = path "/" $i; print path } }' | LC_ALL=C sort -u |
  tar --create --no-recursion --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" --files-from=- |
  tar --extract --delay-directory-restore --preserve-permissions --numeric-owner --directory="$layer"
