import { randomBytes } from 'node:crypto'
import { SettingsError } from '@bluecore/settings'
import { PermanentError } from './errors.js'
import type { Api } from './kubernetes.js'

/** A Secret that must exist. */
export interface Wanted {
  readonly name: string
  readonly keys: readonly string[]
  /** A claim whose data was created with this Secret's passwords: where it exists, new passwords would not open it. */
  readonly claim?: string
}

/**
 * Reads `NAME=KEY,KEY[@CLAIM]`.
 * @throws SettingsError naming every argument that does not have that form
 */
export function wantedFrom(args: readonly string[]): Wanted[] {
  const bad: string[] = []
  const wanted = args.map(arg => {
    const parts = /^([a-z0-9.-]+)=([\w.-]+(?:,[\w.-]+)*)(?:@([a-z0-9.-]+))?$/.exec(arg)
    if (!parts) bad.push(`"${arg}" is not NAME=KEY,KEY or NAME=KEY,KEY@CLAIM`)
    const [, name = '', keys = '', claim] = parts ?? []
    return { name, keys: keys.split(','), ...(claim ? { claim } : {}) }
  })
  if (bad.length > 0) throw new SettingsError(bad)
  return wanted
}

/** 192 random bits as 32 characters that need no quoting in a URL, YAML, SQL or shell. */
export function newPassword(): string {
  return randomBytes(24).toString('base64url')
}

/**
 * Creates what is missing and never changes what exists, so passwords are generated once in the life of the data.
 * Checks everything first: if anything is wrong, nothing is created.
 * @throws PermanentError with every Secret that lacks a key, and every one that is missing while its data still exists
 */
export async function createSecrets(api: Api, wanted: readonly Wanted[], log = console.log): Promise<void> {
  const core = `/api/v1/namespaces/${api.namespace}`
  const problems: string[] = []
  const missing: Wanted[] = []
  for (const secret of wanted) {
    const seen = (await api.get(`${core}/secrets/${secret.name}`)) as
      | { data?: Record<string, string> }
      | undefined
    if (seen) problems.push(...lacking(secret, seen.data ?? {}))
    else if (secret.claim && (await api.get(`${core}/persistentvolumeclaims/${secret.claim}`))) {
      problems.push(orphaned(secret, secret.claim))
    } else missing.push(secret)
    if (seen) log(`Secret ${secret.name} already exists: left unchanged`)
  }
  if (problems.length > 0) throw new PermanentError(problems.join('\n'))

  for (const { name, keys } of missing) {
    const made = await api.create(`${core}/secrets`, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name,
        labels: { 'app.kubernetes.io/part-of': 'bluecore', 'app.kubernetes.io/managed-by': 'setup' },
      },
      stringData: Object.fromEntries(keys.map(key => [key, newPassword()])),
    })
    log(
      made
        ? `created Secret ${name} with ${keys.join(', ')}`
        : `Secret ${name} was created by another run: left unchanged`,
    )
  }
}

function lacking({ name, keys }: Wanted, data: Record<string, string>): string[] {
  const lost = keys.filter(key => !data[key])
  if (lost.length === 0) return []
  return [
    `Secret ${name} lacks ${lost.join(', ')}. Add the values that the data was created with; no new ones are generated for an existing Secret.`,
  ]
}

function orphaned({ name, keys }: Wanted, claim: string): string {
  return (
    `Secret ${name} is missing, but the claim ${claim} exists: its data opens only with the old passwords. ` +
    `Restore the Secret (keys ${keys.join(', ')}) from a backup: kubectl apply -f ${name}.yaml. ` +
    `If the volume is empty and was never used, delete the claim: kubectl delete pvc ${claim}.`
  )
}
