import { existsSync, readFileSync, rmSync } from 'node:fs'
import { type BinaryName, ensureBinary, mustCompile } from './go-build.js'
import { applySystem, inRegistry, kube, waitForDns } from './kube.js'
import { ensureLabImage, type LabImage, labImage } from './lab-images.js'
import { statePath } from './layout.js'
import { ensureEngine, installPackages, missingPackages } from './machine.js'
import { ensureNas } from './nas.js'
import { ensureNetwork } from './network.js'
import { ensureNodeFiles, writePrivate } from './node-files.js'
import { ensureNodes, nodesState, removeNodes, waitForApi, waitForNodes } from './nodes.js'
import { ensureRegistry, pushPauseImage } from './registry.js'
import type { Step } from './steps.js'
import { recordSysctls } from './sysctls.js'
import { removeWithData } from './volumes.js'

export interface UpOptions {
  /** Makes the image that the lab's own are built on; returns its name. */
  ensureBase(log: (text: string) => void): Promise<string>
}

/**
 * Removes an incomplete cluster. Nodes, NAS and Secrets must come from one start: otherwise the database on the NAS would
 * have another password than its Secret. So unless all nodes exist, with the present image and certificates, the cluster
 * and the NAS are created again.
 * @returns whether there was something to remove
 */
async function removeIncompleteCluster(): Promise<boolean> {
  const state = await nodesState()
  if (state === 'complete') return false
  await removeNodes()
  await removeWithData('nas')
  for (const note of ['installed', 'misskey-token']) rmSync(statePath(note), { force: true })
  return state === 'partial'
}

function compile(title: string, names: readonly BinaryName[]): Step {
  return {
    title,
    async run({ line, done }) {
      const compiled: string[] = []
      for (const name of names) {
        if (await mustCompile(name)) compiled.push(name)
        await ensureBinary(name, line)
      }
      done(compiled.length > 0 ? `compiled ${compiled.join(', ')}` : 'from the cache')
    },
  }
}

/**
 * The steps from a bare machine to an empty cluster with its registry, NAS and DNS. Each may be repeated. What takes
 * longest, compiling Kubernetes, has no step before it; all that does not need it runs meanwhile.
 */
export function labSteps(options: UpOptions) {
  let base = ''
  const images = (title: string, names: readonly LabImage[], needs: readonly string[]): Step => ({
    title,
    needs,
    async run({ line, done }) {
      const results = await Promise.all(names.map(name => ensureLabImage(name, base, line)))
      const built = names.filter((_, index) => results[index] === 'built')
      done(built.length > 0 ? `built ${built.join(', ')}` : 'kept')
    },
  })
  return {
    binaries: compile('NFS client and pause', ['pause', 'simnfs']),
    hyperkube: compile('Kubernetes, flannel, CoreDNS', ['hyperkube']),
    packages: {
      title: 'Debian packages',
      async run({ line, done }) {
        const missing = await missingPackages()
        if (missing.length > 0) await installPackages(missing, line)
        done(missing.length > 0 ? `installed ${missing.join(', ')}` : 'all installed')
      },
    },
    engine: {
      title: 'Docker engine',
      needs: ['packages'],
      run: async ({ done }) => done(await ensureEngine()),
    },
    base: {
      title: 'Base image',
      needs: ['engine'],
      async run({ line }) {
        base = await options.ensureBase(line)
      },
    },
    images: images('Images of registry and NAS', ['registry', 'nas', 'pause'], ['base', 'binaries']),
    nodePackages: images("Packages of the nodes' image", ['node-packages'], ['base']),
    nodeImage: images("The nodes' image", ['node'], ['nodePackages', 'binaries', 'hyperkube']),
    network: {
      title: 'Network and certificates',
      needs: ['engine'],
      async run({ done }) {
        recordSysctls()
        await ensureNodeFiles(inRegistry(await labImage('pause')))
        if (await removeIncompleteCluster()) done('the old cluster was incomplete and has been removed')
        await ensureNetwork()
      },
    },
    registry: {
      title: 'Registry',
      needs: ['images', 'network'],
      async run() {
        await ensureRegistry()
        await pushPauseImage()
      },
    },
    nas: { title: 'NAS', needs: ['images', 'network'], run: () => ensureNas() },
    nodes: {
      title: 'Four nodes',
      needs: ['nodeImage', 'registry'],
      async run({ line, done }) {
        const what = await ensureNodes()
        await waitForApi(kube().core)
        await applySystem(kube())
        await waitForNodes(kube().core, missing => line(`not Ready yet: ${missing.join(', ')}`))
        done(what)
      },
    },
    dns: { title: 'DNS of the cluster', needs: ['nodes'], run: () => waitForDns(kube()) },
  } satisfies Record<string, Step>
}

/** A note that survives a command: what was pushed and installed last. */
export function readNote(name: string): Record<string, string> {
  const path = statePath(name)
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>) : {}
}

export function writeNote(name: string, values: Record<string, string>): void {
  writePrivate(statePath(name), JSON.stringify(values))
}
