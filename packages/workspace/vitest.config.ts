import { defineConfig } from 'vitest/config'
import { root } from './install.mjs'

const seconds = 1_000
const minutes = 60 * seconds

/** Each project is one kind of test: what it needs, how long a test may take on two busy cores, how many files at once. */
export default defineConfig({
  root,
  test: {
    passWithNoTests: false,
    allowOnly: false,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{apps,packages}/*/src/**/*.test.ts', 'packages/workspace/**/*.test.{ts,mjs}'],
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
          ],
          maxWorkers: 2,
          testTimeout: 2 * minutes,
          hookTimeout: 5 * minutes,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'images',
          include: ['docker/*/image.test.ts'],
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
          testTimeout: 2 * minutes,
          hookTimeout: 2 * minutes,
          sequence: { groupOrder: 3 },
        },
      },
      {
        // One cluster, whose nodes the tests take away: one file at a time.
        test: {
          name: 'lab',
          include: ['apps/bluecore/test/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 15 * minutes,
          hookTimeout: 30 * minutes,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
})
