#!/usr/bin/env node
// bundle ENTRY...: one self-contained ES module in dist/ for each entry, for the Node.js of the images and of the machine;
// and dist/bundle.cdx.json, an SBOM of the packages that are in them, which no scanner could find there.
import { writeFileSync } from 'node:fs'
import { build } from 'esbuild'
import { sbomOfBundle } from './bundle-sbom.mjs'

const entries = process.argv.slice(2)
if (entries.length === 0) {
  console.error('usage: bundle ENTRY...')
  process.exit(2)
}
const { metafile } = await build({
  entryPoints: entries,
  outdir: 'dist',
  entryNames: '[name]',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  metafile: true,
  minify: true,
  keepNames: true, // errors are told apart by name
  platform: 'node',
  target: 'node20',
  format: 'esm',
  external: [
    ...['pg-native', 'bufferutil', 'utf-8-validate'], // optional natives that pg and ws try and do without
    '@bluecore/kube-tools', // finds its archives beside itself
  ],
  // CommonJS dependencies call require() for Node's own modules.
  banner: {
    js: "import { createRequire as __require } from 'node:module'; const require = __require(import.meta.url);",
  },
  legalComments: 'linked',
  logLevel: 'warning',
})
writeFileSync('dist/bundle.cdx.json', JSON.stringify(sbomOfBundle(Object.keys(metafile.inputs))))
