import { run } from '@bluecore/lab'

/** How many lines of each failed task are shown. */
const shownLines = 15

/**
 * Runs turbo's task `build` and, when a task fails, shows that task's own output: the last lines of the whole output are
 * those of the tasks beside it.
 * @param filter packages, in turbo's notation
 * @throws LabError
 */
export async function turboBuild(
  workspace: string,
  filter: string,
  onLine: (line: string) => void,
): Promise<void> {
  await run('turbo', ['run', 'build', `--filter=${filter}`, '--output-logs=new-only', '--ui=stream'], {
    cwd: workspace,
    onLine,
    background: true,
    reason: failedTasksOutput,
    todo: `to see all output, run: npx turbo run build --filter=${filter}`,
  })
}

/** Last lines of each task that turbo's summary lists as failed; of the whole output if it got no summary. */
function failedTasksOutput(output: string): string[] {
  const lines = output.split('\n').map(line => line.trimEnd())
  const failed = lines.findLast(line => line.startsWith('Failed:'))?.match(/[^\s,]+#[^\s,]+/g) ?? []
  if (failed.length === 0) return lines.filter(line => line !== '').slice(-shownLines)
  return failed.flatMap(task => {
    const prefix = `${task.replace('#', ':')}: `
    return lines.filter(line => line.startsWith(prefix)).slice(-shownLines)
  })
}
