import { existsSync, readFileSync, rmSync } from 'node:fs'
import { docker } from './docker.js'
import { binaryNames, ensureBinary, mustCompile } from './go-build.js'
import { ensureNas, ensureNetwork, ensureRegistry, pushTarget, removeVolumes } from './house.js'
import { applySystem, inRegistry, kube, waitForDns } from './kube.js'
import { ensureLabImage, labImage, labImages } from './lab-images.js'
import { statePath } from './layout.js'
import { ensureEngine, installPackages, missingPackages } from './machine.js'
import { ensureNodeFiles, writePrivate } from './node-files.js'
import { ensureNodes, nodesState, removeNodes, waitForApi, waitForNodes } from './nodes.js'
import type { Step } from './steps.js'
import { noteSysctls } from './sysctls.js'

export interface UpOptions {
  /** Makes the image that stands below the lab's own; returns its name. */
  ensureBase(log: (text: string) => void): Promise<string>
}

/** Pushes what the nodes need before the product: the pause image and CoreDNS. */
async function pushLabImages(): Promise<void> {
  const { registry, dockerConfig } = pushTarget()
  for (const name of ['pause', 'coredns'] as const) {
    const target = `${registry}/${await labImage(name)}`
    await docker(['tag', await labImage(name), target])
    await docker(['--config', dockerConfig, 'push', '--quiet', target])
  }
}

/**
 * A cluster whose nodes, NAS and Secrets are of different makes is of no use: its database would have another password
 * than its Secrets. Unless all nodes are there, of one make and with the certificates of now, the whole lab begins anew.
 * @returns whether there was something to drop
 */
async function dropHalfMade(): Promise<boolean> {
  const state = await nodesState()
  if (state === 'whole') return false
  await removeNodes()
  await removeVolumes(['nas'])
  for (const note of ['installed', 'misskey-token']) rmSync(statePath(note), { force: true })
  return state === 'partial'
}

/** The steps from a bare machine to an empty cluster with its house: registry, NAS, DNS. Each may be run again. */
export function labSteps(options: UpOptions): Step[] {
  return [
    {
      title: 'Debian packages',
      async run({ line, done }) {
        const missing = await missingPackages()
        if (missing.length > 0) await installPackages(missing, line)
        done(missing.length > 0 ? `installed ${missing.join(', ')}` : 'all there')
      },
    },
    { title: 'Docker engine', run: async ({ done }) => done(await ensureEngine()) },
    ...binaryNames.map(
      (name): Step => ({
        title: `Binary ${name}`,
        async run({ line, done }) {
          const compile = await mustCompile(name)
          await ensureBinary(name, line)
          done(compile ? 'compiled' : 'from the cache')
        },
      }),
    ),
    {
      title: "The lab's images",
      async run({ line, done }) {
        const base = await options.ensureBase(line)
        const built: string[] = []
        for (const name of labImages)
          if ((await ensureLabImage(name, base, line)) === 'built') built.push(name)
        done(built.length > 0 ? `built ${built.join(', ')}` : 'kept')
      },
    },
    {
      title: 'Network, registry, NAS',
      async run({ done }) {
        noteSysctls()
        await ensureNodeFiles(inRegistry(await labImage('pause')))
        if (await dropHalfMade()) done('begun anew, as the old cluster was not whole')
        await ensureNetwork()
        await Promise.all([ensureRegistry().then(pushLabImages), ensureNas()])
      },
    },
    {
      title: 'Four nodes',
      async run({ line, done }) {
        const what = await ensureNodes()
        await waitForApi(kube().core)
        await applySystem(kube())
        await waitForNodes(kube().core, missing => line(`not Ready yet: ${missing.join(', ')}`))
        done(what)
      },
    },
    { title: 'DNS of the cluster', run: () => waitForDns(kube()) },
  ]
}

/** A note that survives a command: what was pushed and installed last. */
export function readNote(name: string): Record<string, string> {
  const path = statePath(name)
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>) : {}
}

export function writeNote(name: string, values: Record<string, string>): void {
  writePrivate(statePath(name), JSON.stringify(values))
}
