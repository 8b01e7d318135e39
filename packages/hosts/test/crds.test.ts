import { readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { fluxCrds, k3sCrds } from '../src/crds.js'
import { type Manifest, manifestOf } from '../src/manifests.js'
import { type Crd, strictSchema } from '../src/strict-schema.js'

const manifests = {
  HelmChart: manifestOf('k3s/bluecore.yaml', 'HelmChart'),
  OCIRepository: manifestOf('flux/chart.yaml', 'OCIRepository'),
  HelmRelease: manifestOf('flux/release.yaml', 'HelmRelease'),
}

/** `group/version Kind` → the strict schema of its CRD. */
const validators = new Map<string, ValidateFunction>()

/** Errors in a manifest, each as path and message. */
function problems({ apiVersion, kind, ...rest }: Manifest): string[] {
  const validate = validators.get(`${apiVersion} ${kind}`)
  if (!validate) return [`no CRD defines ${kind} in ${apiVersion}`]
  validate({ apiVersion, kind, ...rest })
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    `${instancePath} ${message} ${params.additionalProperty ?? ''}`.trim(),
  )
}

beforeAll(async () => {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false })
  for (const file of [...(await k3sCrds()), ...(await fluxCrds())]) {
    const { spec } = parse(readFileSync(file, 'utf8')) as Crd
    for (const { name, schema } of spec.versions) {
      const validate = ajv.compile(strictSchema(schema.openAPIV3Schema))
      validators.set(`${spec.group}/${name} ${spec.names.kind}`, validate)
    }
  }
})

describe.each(Object.entries(manifests))('%s', (_, manifest) => {
  test('is valid for its CRD', () => expect(problems(manifest)).toEqual([]))

  test('is rejected with a field that its CRD does not define', () => {
    expect(problems({ ...manifest, spec: { ...manifest.spec, failurPolicy: 'abort' } })).toEqual([
      '/spec must NOT have additional properties failurPolicy',
    ])
  })

  test('is rejected in a version that its CRD does not have', () => {
    const apiVersion = `${manifest.apiVersion}beta9`
    expect(problems({ ...manifest, apiVersion })).toEqual([
      `no CRD defines ${manifest.kind} in ${apiVersion}`,
    ])
  })
})

test.each([
  [
    'a failure policy that does not exist',
    { failurePolicy: 'leave' },
    /^\/spec\/failurePolicy must be equal to one of/,
  ],
  [
    'a list of Secrets that is not a list',
    { valuesSecrets: 'bluecore-values' },
    /^\/spec\/valuesSecrets must be array/,
  ],
  [
    'a misspelled key in that list',
    { valuesSecrets: [{ nam: 'a' }] },
    /^\/spec\/valuesSecrets\/0 must NOT .* nam$/,
  ],
  ['serverSide as a boolean', { serverSide: true }, /^\/spec\/serverSide must be string/],
])('a HelmChart is rejected with %s', (_, spec, message) => {
  const [problem] = problems({ ...manifests.HelmChart, spec: { ...manifests.HelmChart.spec, ...spec } })
  expect(problem).toMatch(message)
})

test('a HelmRelease is rejected with a remediation that does not exist', () => {
  const upgrade = { remediation: { retries: 1, strategy: 'roll back' } }
  const [problem] = problems({ ...manifests.HelmRelease, spec: { ...manifests.HelmRelease.spec, upgrade } })
  expect(problem).toMatch(/^\/spec\/upgrade\/remediation\/strategy must be equal to one of/)
})
