#!/bin/sh
# prune.sh SOURCE TARGET: copies what Misskey needs at run time out of a built tree, without what only builds
# need. Licences stay; so do date-fns/esm and @tensorflow, which are loaded though they look unused.
set -eu
source=$1 target=$2
backend=$target/packages/backend
modules=$backend/node_modules

mkdir -p "$backend" "$target/packages/client"
for path in .node-version package.json LICENSE COPYING built packages/client/assets \
  packages/backend/assets packages/backend/built packages/backend/migration packages/backend/node_modules \
  packages/backend/nsfw-model packages/backend/ormconfig.js packages/backend/package.json; do
  if [ -e "$source/$path" ]; then cp -a "$source/$path" "$target/$path"; fi
done
# The default pictures under /files/: upstream's build leaves them behind, and the server answers 404.
if [ -d "$source/packages/backend/src/server/file/assets" ]; then
  cp -a "$source/packages/backend/src/server/file/assets" "$backend/built/server/file/assets"
fi

cd "$modules"
# Build tools and type packages.
rm -rf .bin @types typescript node-gyp ts-loader
# What node-gyp compiled from, and on the way.
rm -rf re2/vendor re2/src re2/build/Release/obj.target re2/build/Release/.deps \
  sharp/build/Release/obj.target sharp/build/Release/.deps
# Bundles for browsers.
rm -rf aws-sdk/dist typeorm/browser
if [ -d @tensorflow ]; then
  find @tensorflow/*/dist -maxdepth 1 -type f \
    \( -name 'tf*.js' -o -name '*.min.js' -o -name '*.fesm.js' -o -name '*.es2017.js' \) ! -name '*.node.js' -delete
fi
# Other systems' and other C libraries' prebuilt binaries.
find . -type d -path '*/prebuilds/*' \( -name 'win32-*' -o -name 'darwin-*' -o -name 'linux-arm*' -o -name 'android-*' \) \
  -prune -exec rm -rf {} +
find . -type f -path '*/prebuilds/*' \( -name '*.musl.node' -o -name 'electron*' \) -delete
# Files only: there is a package named lodash.map.
find . -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.tsbuildinfo' -o -iname 'readme*' -o -iname 'changelog*' \) -delete
find . -type f -path '*/build/Release/*.node' -exec strip --strip-unneeded {} +
