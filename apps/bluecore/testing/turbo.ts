import { join } from 'node:path'
import { run, workspaceRoot } from '@bluecore/lab'

/** Runs a task of the workspace by turbo, as npm scripts of the top folder do. @throws LabError when it fails */
export function runTurbo(task: string, ...options: string[]): Promise<string> {
  const turbo = join(workspaceRoot(), 'node_modules/.bin/turbo')
  const quiet = ['--output-logs=errors-only', '--ui=stream']
  return run(turbo, ['run', task, ...quiet, ...options], { cwd: workspaceRoot() })
}
