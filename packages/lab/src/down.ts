import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { cachePath } from '@bluecore/cache'
import { docker, engineVersion, removeContainer } from './docker.js'
import { lastLines } from './exec.js'
import { removeNetwork, removeVolumes } from './house.js'
import { labelKey, registryPort, statePath } from './layout.js'
import { ensureEngine, stopEngine } from './machine.js'
import { removeNodes } from './nodes.js'
import type { Step } from './steps.js'
import { restoreSysctls } from './sysctls.js'

/** Images that the lab and the build made, also those whose tag a later build took over. */
async function removeImages(): Promise<void> {
  const ours = new RegExp(`^(bluecore|bluecore-lab|127\\.0\\.0\\.1:${registryPort()})/`)
  const list = lastLines(await docker(['image', 'ls', '--format', '{{.Repository}} {{.ID}}']), 10_000)
  const ids = new Set(list.filter(line => ours.test(line)).map(line => line.replace(/.* /, '')))
  if (ids.size > 0) await docker(['image', 'rm', '--force', ...ids])
}

/**
 * The steps that remove all that the lab made, and nothing else: what carries its label or its name.
 * @param caches also the caches from which the next start is quick: compiled binaries and images
 */
export function downSteps(caches: boolean): Step[] {
  return [
    {
      title: 'Docker engine',
      async run({ done }) {
        // A lab whose engine was killed still has its containers: they can only be removed with the engine's help.
        if (!(await engineVersion())) done(await ensureEngine())
      },
    },
    { title: 'Nodes', run: () => removeNodes() },
    { title: 'Registry and NAS with their data', run: () => removeVolumes(['registry', 'nas']) },
    {
      title: 'What else carries the label of the lab',
      async run() {
        const ids = lastLines(await docker(['ps', '--all', '--quiet', '--filter', `label=${labelKey}`]), 1000)
        for (const id of ids) await removeContainer(id)
      },
    },
    { title: 'Network and routes', run: () => removeNetwork() },
    { title: "The machine's settings", run: () => restoreSysctls() },
    ...(caches ? [{ title: 'Images', run: () => removeImages() }] : []),
    { title: 'Docker engine', run: async ({ done }) => done(await stopEngine()) },
    {
      title: 'State',
      async run({ done }) {
        rmSync(statePath(), { recursive: true, force: true })
        if (caches) rmSync(cachePath(), { recursive: true, force: true })
        else
          done(
            `removed; the next start is quick thanks to ${dirname(cachePath('x'))} and the engine's images: npm stop -- --caches removes them too`,
          )
      },
    },
  ]
}
