import { configDefaults, defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { root } from './install.mjs'

const seconds = 1_000
const minutes = 60 * seconds

/**
 * Project after project, in each the files that `include` names in its order, then the others by path: the same order
 * every time, where vitest's own puts last time's failures first.
 */
class DeclaredOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    const key = ({ project, moduleId }: TestSpecification) => {
      const { include, sequence } = project.config
      const named = include.findIndex(pattern => moduleId.endsWith(`/${pattern}`))
      const place = named < 0 ? include.length : named
      return `${sequence.groupOrder} ${String(place).padStart(3, '0')} ${moduleId}`
    }
    return [...files].sort((a, b) => (key(a) < key(b) ? -1 : 1))
  }
}

/** Tests that wait for minutes: `npm run test:long` runs them, the other kinds leave them out. */
const long = '**/*.long.test.ts'
const leftOut = [...configDefaults.exclude, long]

/** Beside the tests of Misskey's image, and yet without it. */
const misskeyServers = ['docker/misskey/sample.test.ts', 'docker/misskey/connections.test.ts']

/** Outside of apps/bluecore, and yet on the lab's cluster. */
const onCluster = 'apps/setup/test/secrets.test.ts'

/** Each project is one kind of test: what it needs, how long a test may take on two busy cores, how many files at once. */
export default defineConfig({
  root,
  test: {
    passWithNoTests: false,
    allowOnly: false,
    sequence: { sequencer: DeclaredOrder },
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '{apps,packages}/*/src/**/*.test.ts',
            'apps/bluecore/bench/**/*.test.ts',
            'packages/{workspace,kube-tools,cache,go-binaries}/**/*.test.{ts,mjs}',
            'docker/*/*.test.mjs',
          ],
          exclude: leftOut,
          maxWorkers: 2, // vitest's own choice on two cores is one
          isolate: false, // a process for each of the many small files would take longer than the tests
          testTimeout: 30 * seconds,
        },
      },
      {
        test: {
          name: 'servers',
          include: [
            'apps/{postgres-health,redis-health,elasticsearch-health,setup}/test/**/*.test.ts',
            'packages/*/test/**/*.test.ts',
            ...misskeyServers,
            'charts/umbrella/tests/**/exposed.test.ts',
          ],
          exclude: [...leftOut, 'packages/images/**', onCluster],
          maxWorkers: 2, // beside those of other packages: they wait
          testTimeout: 4 * minutes,
          hookTimeout: 5 * minutes,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'images',
          include: ['docker/*/*.test.ts', 'packages/images/test/**/*.test.ts'],
          exclude: [...leftOut, ...misskeyServers],
          maxWorkers: 3, // they wait for the engine and for servers
          testTimeout: 5 * minutes,
          hookTimeout: 5 * minutes,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'chart',
          include: ['charts/umbrella/tests/**/*.test.ts'],
          exclude: [...leftOut, '**/exposed.test.ts'], // asks real servers
          isolate: false, // files share what Helm has rendered
          testTimeout: 5 * minutes,
          hookTimeout: 2 * minutes,
          sequence: { groupOrder: 3 },
        },
      },
      {
        // On the lab's cluster. Each file has a release in a namespace of its own, or changes nothing: they run beside
        // each other, those that take longest first.
        test: {
          name: 'lab',
          include: [
            'apps/bluecore/test/parallel/reinstall.test.ts',
            'apps/bluecore/test/parallel/upgrade.test.ts',
            'apps/bluecore/test/parallel/health.test.ts',
            'apps/bluecore/test/parallel/mistakes.test.ts',
            'apps/bluecore/test/parallel/network-policies.test.ts',
            'apps/bluecore/test/parallel/**/*.test.ts',
            onCluster,
          ],
          maxWorkers: 3,
          testTimeout: 15 * minutes,
          hookTimeout: 15 * minutes,
          sequence: { groupOrder: 4 },
        },
      },
      {
        // These take nodes, the NAS, the machine's time or the lab's own release for themselves: one file after another.
        test: {
          name: 'lab-exclusive',
          include: [
            'apps/bluecore/test/exclusive/cluster.test.ts',
            'apps/bluecore/test/exclusive/misskey-contract.test.ts',
            'apps/bluecore/test/exclusive/server-killed.test.ts',
            'apps/bluecore/test/exclusive/pod-moves.test.ts',
            'apps/bluecore/test/exclusive/repair.test.ts',
            'apps/bluecore/test/exclusive/**/*.test.ts',
          ],
          fileParallelism: false,
          isolate: false, // the client of the API takes seconds to load: once for all files
          testTimeout: 15 * minutes,
          hookTimeout: 15 * minutes,
          sequence: { groupOrder: 5 },
        },
      },
      {
        // Of any kind above, and each alone: most of them use the cluster.
        test: {
          name: 'long',
          include: [`{apps,charts,docker,packages}/${long}`],
          fileParallelism: false,
          testTimeout: 30 * minutes,
          hookTimeout: 30 * minutes,
          sequence: { groupOrder: 6 },
        },
      },
    ],
  },
})
