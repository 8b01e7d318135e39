import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { cachePath } from '@bluecore/cache'
import { docker, engineVersion, removeContainer } from './docker.js'
import { lastLines } from './exec.js'
import { containerName, labelKey, registryPort, statePath } from './layout.js'
import { ensureEngine, stopEngine } from './machine.js'
import { removeNetwork } from './network.js'
import { removeNodes } from './nodes.js'
import type { Steps } from './steps.js'
import { restoreSysctls } from './sysctls.js'
import { removeWithData } from './volumes.js'

/** Removes the images that the lab and the build made, also those whose tag a later build took over. */
async function removeImages(): Promise<void> {
  const ours = new RegExp(`^(bluecore|bluecore-lab|127\\.0\\.0\\.1:${registryPort()})/`)
  const list = lastLines(await docker(['image', 'ls', '--format', '{{.Repository}} {{.ID}}']), 10_000)
  const ids = new Set(list.filter(line => ours.test(line)).map(line => line.replace(/.* /, '')))
  if (ids.size > 0) await docker(['image', 'rm', '--force', ...ids])
}

/**
 * The steps that remove what the lab made, and nothing else: what carries its label or its name.
 * @param caches also the caches that make the next start quick: compiled binaries and images
 */
export function downSteps(caches: boolean): Steps {
  return {
    engine: {
      title: 'Docker engine',
      async run({ done }) {
        // If the engine was killed, the lab's containers still exist, and only the engine can remove them.
        if (!(await engineVersion())) done(await ensureEngine())
      },
    },
    nodes: { title: 'Nodes', needs: ['engine'], run: () => removeNodes() },
    nas: { title: 'NAS with its data', needs: ['nodes'], run: () => removeWithData('nas') },
    registry: {
      title: caches ? 'Registry with its images' : 'Registry', // its images need not be pushed again at the next start
      needs: ['engine'],
      run: () => (caches ? removeWithData('registry') : removeContainer(containerName('registry'))),
    },
    rest: {
      title: 'What else carries the label of the lab',
      needs: ['nodes', 'nas', 'registry'],
      async run() {
        const ids = lastLines(await docker(['ps', '--all', '--quiet', '--filter', `label=${labelKey}`]), 1000)
        for (const id of ids) await removeContainer(id)
      },
    },
    network: { title: 'Network and routes', needs: ['rest'], run: () => removeNetwork() },
    sysctls: { title: "The machine's settings", needs: ['nodes'], run: () => restoreSysctls() },
    ...(caches ? { images: { title: 'Images', needs: ['rest'], run: () => removeImages() } } : {}),
    stop: {
      title: 'Docker engine, if npm start started it',
      needs: ['network', ...(caches ? ['images'] : [])],
      run: async ({ done }) => done(await stopEngine()),
    },
    state: {
      title: 'State',
      needs: ['stop', 'sysctls'],
      async run({ done }) {
        rmSync(statePath(), { recursive: true, force: true })
        if (caches) rmSync(cachePath(), { recursive: true, force: true })
        else
          done(
            `removed; binaries in ${dirname(cachePath('x'))} and images stay for the next start: npm stop -- --caches removes them too`,
          )
      },
    },
  }
}
