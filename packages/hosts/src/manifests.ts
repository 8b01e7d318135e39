import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { workspaceRoot } from '@bluecore/lab'
import { parseAllDocuments } from 'yaml'

/** A Kubernetes object in a manifest. */
export interface Manifest {
  apiVersion: string
  kind: string
  metadata: {
    name: string
    namespace?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
  }
  data?: Record<string, string>
  // biome-ignore lint/suspicious/noExplicitAny: the CRD of the kind defines it
  spec?: any
}

/** A file or folder of this package. */
export const hostsPath = (...parts: string[]): string => join(workspaceRoot(), 'packages/hosts', ...parts)

/**
 * The objects in a file of this package.
 * @param file such as `k3s/bluecore.yaml`
 */
function manifestsIn(file: string): Manifest[] {
  return parseAllDocuments(readFileSync(hostsPath(file), 'utf8')).map(document => document.toJS() as Manifest)
}

/**
 * The only object of a kind in a file.
 * @throws if there is none, or more than one
 */
export function manifestOf(file: string, kind: string): Manifest {
  const found = manifestsIn(file).filter(manifest => manifest.kind === kind)
  if (found.length !== 1 || !found[0])
    throw new Error(`${file} contains ${found.length} objects of kind ${kind}, not 1`)
  return found[0]
}
