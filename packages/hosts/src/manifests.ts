import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { workspaceRoot } from '@bluecore/lab'
import { parseAllDocuments } from 'yaml'

/** An object as a manifest writes it. */
export interface Manifest {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string; annotations?: Record<string, string> }
  // biome-ignore lint/suspicious/noExplicitAny: what a kind holds is for its CRD to say
  spec?: any
}

/** A file or folder of this package. */
export const hostsPath = (...parts: string[]): string => join(workspaceRoot(), 'packages/hosts', ...parts)

/**
 * The objects of one of our files.
 * @param file such as `k3s/bluecore.yaml`
 */
function manifestsIn(file: string): Manifest[] {
  return parseAllDocuments(readFileSync(hostsPath(file), 'utf8')).map(document => document.toJS() as Manifest)
}

/**
 * The one object of a kind.
 * @throws when the file holds none or several
 */
export function manifestOf(file: string, kind: string): Manifest {
  const found = manifestsIn(file).filter(manifest => manifest.kind === kind)
  if (found.length !== 1 || !found[0]) throw new Error(`${file} holds ${found.length} of kind ${kind}, not 1`)
  return found[0]
}
