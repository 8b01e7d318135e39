import { ensureBase, findTool } from '@bluecore/images'
import { LabError, labSteps, preflight, runSteps, status } from '@bluecore/lab'
import { withLabLock } from './lab-lock.js'
import { type Found, postAndFind } from './note.js'
import { buildImages, pushProduct } from './product.js'
import { ensureRelease, waitForPods } from './release.js'
import { statusTable } from './show-status.js'

export interface UpOptions {
  /** The images were built just now. To build them again would replace what describes them under those who read it. */
  built?: boolean
}

/** Starts everything: the lab, the images, the release; then uses it once, as a user would. */
export async function up({ built = false }: UpOptions): Promise<void> {
  const problems = await preflight()
  if (problems.length > 0) {
    throw new LabError(
      `the lab cannot start: ${problems.length === 1 ? 'one problem' : `${problems.length} problems`}; nothing was changed yet`,
      problems.map(({ what, todo }) => `${what}. ${todo}`),
    )
  }
  await withLabLock(() => bringUp(built))
}

async function bringUp(built: boolean): Promise<void> {
  const started = performance.now()
  let found: Found | undefined
  await runSteps({
    ...labSteps({ ensureBase: log => ensureBase('bookworm', undefined, log) }),
    build: {
      title: 'Images of the product (turbo build)',
      needs: ['base'],
      run: built ? async ({ done }) => done('built before') : buildImages,
    },
    // Compiled while other steps wait: a push needs it at once.
    regctl: {
      title: 'regctl, which pushes',
      needs: [],
      run: async ({ done }) => done(await findTool('regctl', 'to push with')),
    },
    push: { title: 'Push to the registry', needs: ['build', 'registry', 'regctl'], run: pushProduct },
    release: {
      title: 'helm install bluecore charts/umbrella',
      needs: ['push', 'dns', 'nas'],
      run: ensureRelease,
    },
    pods: { title: 'All pods Ready', needs: ['release'], run: waitForPods },
    note: {
      title: 'Post a note and search for it',
      needs: ['pods'],
      async run({ done }) {
        found = await postAndFind()
        done(`found after ${found.searchMs} ms`)
      },
    },
  })
  const now = await status()
  console.log(`\n${statusTable(now)}\n`)
  if (found) {
    console.log(
      `Note ${found.id}, posted through ${found.url}: found by a search for "${found.query}", read back: "${found.text}"`,
    )
    console.log(
      `Server: ${found.server}. Administrator: ${found.username}, password in ${found.passwordFile}`,
    )
  }
  const ready = now.pods.filter(pod => pod.ready).length
  const jobs = now.pods.filter(pod => pod.phase === 'Succeeded').length
  console.log(
    `${now.nodes.filter(node => node.ready).length} of ${now.nodes.length} nodes Ready, ${ready} of ${now.pods.length - jobs} pods Ready, ` +
      `in ${Math.round((performance.now() - started) / 1000)} s`,
  )
}
