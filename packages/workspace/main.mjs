// The command line of `npm test`.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from './install.mjs'
import { readReport, summary } from './summary.mjs'
import { planTasks, runTasks } from './turbo.mjs'

/** @typedef {import('./summary.mjs').Result} Result */

/** What a push must pass; needs no server, no image and no cluster. */
const check = ['biome', 'rules', 'types', 'imports', 'knip', 'gofmt', 'actionlint', 'zizmor', 'unit']

/** The kinds of tests that need more. */
const kinds = [
  'test:simnfs',
  'test:policies',
  'test:chart',
  'test:helm-unittest',
  'test:servers',
  'test:images',
]

/** The tests of the cluster measure time: nothing else runs then. Those that wait for minutes run only when they are named. */
const onCluster = ['test:lab', 'test:long']
const cluster = '@bluecore/cli#up'

/** Started before all others, and by none of the builds: where no engine is installed, buildah builds the images. */
const engine = '@bluecore/cli#engine'

/** What `npm test` runs. */
export const everything = [...check, 'compile', ...kinds, 'test:lab']

/** Short names for --only. */
const groups = /** @type {Record<string, string[]>} */ ({ check })

const help = `npm test [-- --only NAME,NAME…] [--force]: all tests but the long ones, those on the lab included.
Names: check (${check.join(', ')}),
  ${[...kinds, ...onCluster].map(kind => kind.replace('test:', '')).join(', ')}, or a task of turbo such as @bluecore/setup#test:servers.
All run, even if one fails, but those that need it. Results with the same inputs are replayed: --force runs everything.
Last line: N passed, N failed[, N skipped]; a task that fails without a failed test counts as one.`

/**
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
export async function main(args) {
  const options = /** @type {const} */ ({
    only: { type: 'string' },
    force: { type: 'boolean' },
    help: { type: 'boolean' },
  })
  const { only, force, help: helpWanted } = parseArgs({ args, options }).values
  if (helpWanted) {
    console.log(help)
    return 0
  }
  const started = Date.now()
  const names = select(only)
  const last = names.filter(name => onCluster.includes(name))
  // Beside what computes, servers would miss the limits that their tests hold them to; the compiler has the lowest priority.
  const first = names.filter(name => check.includes(name))
  const second = names.filter(name => name.includes('test:servers') || name === 'compile')
  const third = [
    ...names.filter(name => ![...first, ...second, ...last].includes(name)),
    ...(last.length > 0 ? [cluster] : []),
  ]
  const planned = planTasks([...first, ...second, ...third, ...last])
  for (const { folder } of planned) {
    rmSync(join(root, folder, 'dist/reports'), { recursive: true, force: true }) // of an earlier run
  }

  const flags = force ? ['--force'] : []
  /** @type {Awaited<ReturnType<typeof runTasks>>} */
  const outcomes = new Map()
  if (planned.some(({ id }) => id === engine)) await runTasks([engine], [])
  /**
   * Stages share tasks, such as builds: their first run counts, or the one that failed.
   * @param {string[]} names
   * @param {string[]} options
   */
  const run = async (names, options) => {
    for (const [id, outcome] of await runTasks(names, options)) {
      const known = outcomes.get(id)
      if (!known || (known.ok && !outcome.ok)) outcomes.set(id, outcome)
    }
  }
  for (const stage of [first, second, third]) if (stage.length > 0) await run(stage, flags)
  // --only: what they need has run. Without a cluster, each of them would wait for its limit.
  if (outcomes.get(cluster)?.ok) for (const name of last) await run([name], ['--only'])
  /** @type {Result[]} */
  const results = planned.map(task => {
    const outcome = outcomes.get(task.id)
    return {
      id: task.id,
      outcome: !outcome ? 'not run' : outcome.ok ? 'ok' : 'FAILED',
      cached: outcome?.cached ?? false,
      start: outcome ? (outcome.startedAt - started) / 1000 : Number.POSITIVE_INFINITY,
      seconds: outcome?.seconds ?? 0,
      tests: readReport(root, task),
      output: outcome?.output ?? [],
    }
  })
  console.log(summary(results, (Date.now() - started) / 1000))
  return results.every(({ outcome }) => outcome === 'ok') ? 0 : 1
}

/**
 * @param {string | undefined} only names separated by commas
 * @returns {string[]} tasks of turbo
 */
function select(only) {
  if (only === undefined) return everything
  return only.split(',').flatMap(name => {
    if (groups[name]) return groups[name]
    return [...kinds, ...onCluster].includes(`test:${name}`) ? `test:${name}` : name
  })
}
