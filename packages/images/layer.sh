#!/bin/sh
# Ends a build stage: copies its files to /layer/$SOURCE_DATE_EPOCH, from where they are copied into an image as one
# reproducible layer: sorted, with one date, without traces of the build.
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
# No way from a server's user to root: nothing in these images needs one, the base's su and mount neither.
find . -xdev -type f -perm /6000 -exec chmod ug-s {} +
# Backups, and a cache that names inodes.
rm -rf etc/passwd- etc/group- etc/shadow- etc/gshadow- etc/subuid- etc/subgid- \
  var/cache/ldconfig/aux-cache var/cache/debconf/*-old var/lib/dpkg/*-old
# The day of a password's last change. Debian 12's shadow respects SOURCE_DATE_EPOCH, CentOS 7's does not.
[ ! -e etc/shadow ] || sed -i -E "s/^([^:]*:[^:]*):[0-9]*:/\1:$((SOURCE_DATE_EPOCH / 86400)):/" etc/shadow

rm -rf /layer
layer=/layer/$SOURCE_DATE_EPOCH
mkdir -p "$layer"
newer=${1:+-true}
# Without what the engine puts in while it builds. Changes, not dates of files, count: a package's files are as old as the package.
find . -xdev -mindepth 1 \
  -regex '\./\(proc\|sys\|dev\|layer\|etc/hosts\|etc/hostname\|etc/resolv.conf\|run/secrets\|run/.containerenv\)' -prune \
  -o ${newer:--newercc "$0"} -print |
  # With all parent folders, else tar would create them with default permissions.
  awk -F/ '{ path = "."; for (i = 2; i <= NF; i++) { path = path "/" $i; print path } }' | LC_ALL=C sort -u |
  tar --create --no-recursion --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" --files-from=- |
  tar --extract --delay-directory-restore --preserve-permissions --numeric-owner --directory="$layer"
