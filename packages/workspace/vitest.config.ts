import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { root } from './install.mjs'

const seconds = 1_000
const minutes = 60 * seconds

/** By path, project after project: the same order every time, where vitest's own puts last time's failures first. */
class ByPath extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    const key = ({ project, moduleId }: TestSpecification) =>
      `${project.config.sequence.groupOrder} ${moduleId}`
    return [...files].sort((a, b) => (key(a) < key(b) ? -1 : 1))
  }
}

/** Tests that wait for minutes: `npm run test:long` runs them, the other kinds leave them out. */
const long = '**/*.long.test.ts'

/** Each project is one kind of test: what it needs, how long a test may take on two busy cores, how many files at once. */
export default defineConfig({
  root,
  test: {
    passWithNoTests: false,
    allowOnly: false,
    sequence: { sequencer: ByPath },
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '{apps,packages}/*/src/**/*.test.ts',
            'packages/{workspace,kube-tools,cache}/**/*.test.{ts,mjs}',
            'docker/*/*.test.mjs',
          ],
          exclude: [long],
          testTimeout: 30 * seconds,
        },
      },
      {
        test: {
          name: 'servers',
          include: [
            'apps/{postgres-health,redis-health,elasticsearch-health,setup}/test/**/*.test.ts',
            'packages/*/test/**/*.test.ts',
            'docker/misskey/sample.test.ts',
            'charts/umbrella/tests/**/exposed.test.ts',
          ],
          exclude: ['packages/images/**', long],
          maxWorkers: 2,
          testTimeout: 2 * minutes,
          hookTimeout: 5 * minutes,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'images',
          include: ['docker/*/image.test.ts', 'packages/images/test/**/*.test.ts'],
          exclude: [long],
          maxWorkers: 2,
          testTimeout: 5 * minutes,
          hookTimeout: 5 * minutes,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'chart',
          include: ['charts/umbrella/tests/**/*.test.ts'],
          exclude: ['**/exposed.test.ts', long], // the former asks real servers
          testTimeout: 2 * minutes,
          hookTimeout: 2 * minutes,
          sequence: { groupOrder: 3 },
        },
      },
      {
        // One cluster, whose nodes the tests take away: one file at a time, in the order of their names.
        test: {
          name: 'lab',
          include: ['apps/bluecore/test/**/*.test.ts'],
          exclude: [long],
          fileParallelism: false,
          testTimeout: 15 * minutes,
          hookTimeout: 30 * minutes,
          sequence: { groupOrder: 4 },
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
          sequence: { groupOrder: 5 },
        },
      },
    ],
  },
})
