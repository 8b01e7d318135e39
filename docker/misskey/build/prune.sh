#!/bin/sh
# prune.sh SOURCE TARGET: copies what Misskey needs at run time out of a built tree to TARGET/misskey, without what only
# builds need, and Node.js and libvips with it. Licences stay; so do date-fns/esm and @tensorflow, which are loaded though
# they look unused.
set -eu
source=$1 target=$2
tree=$target/misskey
backend=$tree/packages/backend
modules=$backend/node_modules

mkdir -p "$backend" "$tree/packages/client" "$target/usr/local/bin" "$target/usr/local/lib"
for path in .node-version package.json LICENSE COPYING built packages/client/assets \
  packages/backend/assets packages/backend/built packages/backend/migration packages/backend/node_modules \
  packages/backend/nsfw-model packages/backend/ormconfig.js packages/backend/package.json; do
  if [ -e "$source/$path" ]; then cp -a "$source/$path" "$tree/$path"; fi
done
# The default pictures under /files/: upstream's build leaves them behind, and the server answers with an error's text.
pictures=server/file/assets
if [ -d "$source/packages/backend/src/$pictures" ]; then
  mkdir -p "$backend/built/$pictures"
  cp -a "$source/packages/backend/src/$pictures/." "$backend/built/$pictures/"
fi
# Vite lists its files in the order in which they happened to be ready; sorted, two builds are the same.
node -e '
  const { readFileSync, writeFileSync } = require("node:fs")
  const [path] = process.argv.slice(1)
  const entries = Object.entries(JSON.parse(readFileSync(path, "utf8"))).sort(([a], [b]) => (a < b ? -1 : 1))
  writeFileSync(path, JSON.stringify(Object.fromEntries(entries), null, 2))
' "$tree/built/_client_dist_/manifest.json"
cp /usr/local/bin/node "$target/usr/local/bin/"
cp /usr/local/lib/libvips-cpp.so.* "$target/usr/local/lib/"

cd "$modules"
# Build tools and type packages.
rm -rf @types typescript node-gyp ts-loader
find . -type d -name .bin -prune -exec rm -rf {} +
# What node-gyp compiled from, and on the way; its settings and logs differ from build to build.
rm -rf re2/vendor re2/src
for package in re2 sharp; do
  if [ -d $package/build ]; then
    rm -rf $package/build/Release/obj.target
    find $package/build -type f ! -name '*.node' -delete
    find $package/build -depth -type d -empty -delete
  fi
done
# Bundles for browsers.
rm -rf aws-sdk/dist typeorm/browser nsfwjs/dist/nsfwjs.min.js
if [ -d @tensorflow ]; then
  rm -rf @tensorflow/*/dist/miniprogram
  find @tensorflow/*/dist -maxdepth 1 -type f \( -name 'tf*.js' -o -name '*.min.js' -o -name '*.fesm.js' \
    -o -name '*.es2017.js' -o -name '*.html' \) ! -name '*.node.js' -delete
fi
# The model that finds sensitive pictures runs only with TensorFlow's own library.
if [ ! -d @tensorflow/tfjs-node ]; then rm -rf "$backend/nsfw-model"; fi
# Other systems' and other C libraries' prebuilt binaries.
find . -type d -path '*/prebuilds/*' \( -name 'win32-*' -o -name 'darwin-*' -o -name 'linux-arm*' -o -name 'android-*' \) \
  -prune -exec rm -rf {} +
find . -type f -path '*/prebuilds/*' \( -name '*.musl.node' -o -name 'electron*' \) -delete
# Files only: there is a package named lodash.map.
find . -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.js.flow' -o -name '*.tsbuildinfo' -o -iname 'readme*' \
  -o -iname 'changelog*' \) -delete
rm -f .yarn-integrity
# What is left for debuggers and linkers.
find . -type f -path '*/build/Release/*.node' -exec strip --strip-unneeded {} +
strip --strip-unneeded "$target/usr/local/bin/node"
