// What each Kubernetes accepts, as JSON schemas that kubeconform reads without a network.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { cachePath, once } from '@bluecore/cache'
import yauzl from 'yauzl'
import { goSource } from './go-tools.mjs'
import { withWheel } from './wheels.mjs'

/** Versions of Kubernetes that there are schemas of. */
export const kubernetesVersions = ['1.29.0', '1.30.0', '1.31.0', '1.32.0', '1.33.0', '1.34.0']

/** A wheel that carries the schemas of all of them. */
const wheel = {
  name: 'kubernetes-validate',
  version: '1.34.1',
  sha256: '6ad909e64c140d883f558949364aeca49637580ae88a9a00b59688ab44aae88d',
}

/** A module that carries the definitions of PodMonitor and PrometheusRule. */
const operator = {
  module: 'github.com/prometheus-operator/prometheus-operator',
  version: 'v0.85.0',
  sum: 'h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=',
}

/**
 * Folder of the schemas, fetched and converted on first use: `v1.34.0-standalone-strict/deployment-apps-v1.json` and
 * so on, as kubeconform looks for them, and `custom/podmonitor-v1.json`.
 * @returns {Promise<string>}
 */
export async function kubernetesSchemas() {
  // Named by all that decides what is in it: the pins above, and how it is made.
  const made = createHash('sha256')
    .update(readFileSync(import.meta.filename))
    .digest('hex')
    .slice(0, 16)
  return await once(cachePath('kube-tools', `schemas-${made}`), async part => {
    await Promise.all([unpackWheel(part), convertDefinitions(join(part, 'custom'))])
  })
}

/**
 * kubeconform would look for `$id` and for the definitions on the web, and says only that it found no schema.
 * @param {string} target
 */
async function unpackWheel(target) {
  await withWheel(wheel, async path => {
    const zip = await yauzl.openPromise(path)
    for await (const entry of zip.eachEntry()) {
      const version = /\/v([\d.]+)-local-strict\/[^/]+\.json$/.exec(entry.fileName)?.[1]
      if (!version || !kubernetesVersions.includes(version)) continue
      const { $id, ...schema } = JSON.parse(await text(await zip.openReadStreamPromise(entry)))
      const folder = join(target, `v${version}-standalone-strict`)
      mkdirSync(folder, { recursive: true })
      const written = JSON.stringify(schema).replaceAll('"/api/_definitions.json#', '"_definitions.json#')
      writeFileSync(join(folder, basename(entry.fileName)), written)
    }
  })
}

/** @param {string} target */
async function convertDefinitions(target) {
  const source = await goSource(operator.module, operator.version, operator.sum)
  mkdirSync(target, { recursive: true })
  for (const kind of ['podmonitor', 'prometheusrule']) {
    const definition = JSON.parse(
      readFileSync(join(source, `jsonnet/prometheus-operator/${kind}s-crd.json`), 'utf8'),
    )
    for (const { name, schema } of definition.spec.versions) {
      writeFileSync(join(target, `${kind}-${name}.json`), JSON.stringify(schema.openAPIV3Schema, closed))
    }
  }
}

/**
 * Kubernetes drops what a definition does not name; here it is a mistake.
 * @param {string} _key
 * @param {any} value
 */
function closed(_key, value) {
  const open = value?.type === 'object' && value.properties && !('additionalProperties' in value)
  return open && !value['x-kubernetes-preserve-unknown-fields']
    ? { ...value, additionalProperties: false }
    : value
}
