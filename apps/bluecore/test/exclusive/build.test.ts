import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { workspaceRoot } from '@bluecore/lab'
import { expect, test } from 'vitest'
import { runTurbo } from '../../testing/turbo.js'

interface Summary {
  tasks: {
    taskId: string
    command: string
    cache: { status: 'HIT' | 'MISS' }
    resolvedTaskDefinition: { cache: boolean }
  }[]
}

/** Runs `turbo run build`. @returns turbo's own summary of the tasks */
async function build(): Promise<Summary> {
  await runTurbo('build', '--summarize')
  const runs = join(workspaceRoot(), '.turbo/runs')
  const newest = readdirSync(runs)
    .map(name => join(runs, name))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0]
  return JSON.parse(readFileSync(newest ?? '', 'utf8')) as Summary
}

test('turbo build, twice: every bundle and the packaged chart come from the cache', async () => {
  await build()
  const { tasks } = await build()
  const real = tasks.filter(({ command }) => command !== '<NONEXISTENT>')
  const cached = real.filter(({ resolvedTaskDefinition }) => resolvedTaskDefinition.cache)
  expect(cached.length).toBeGreaterThanOrEqual(7) // five apps, the command that builds images, the chart
  expect(cached.filter(({ cache }) => cache.status !== 'HIT').map(({ taskId }) => taskId)).toEqual([])
  const images = real
    .filter(({ resolvedTaskDefinition }) => !resolvedTaskDefinition.cache)
    .map(({ taskId }) => taskId)
  expect(images.length).toBe(5) // built each time: turbo cannot know whether the engine still has an image
})
