import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { toolPath } from '@bluecore/kube-tools'
import { type Helm, helms } from '../testing/helm.js'
import type { Contestant } from './floor.js'

/** Times of one chart with one version of Helm in ms, one entry per round. */
export interface Times {
  chart: string
  helm: Helm
  wall: number[]
  cpu: number[]
}

/** Renders every chart with every version of Helm in each round, so that interference affects all of them. */
export async function measure(charts: readonly Contestant[], rounds: number): Promise<Times[]> {
  const lanes = charts.flatMap(({ name, folder }) =>
    helms.map(helm => ({ folder, times: { chart: name, helm, wall: [], cpu: [] } as Times })),
  )
  // The first round only warms the page cache.
  for (let round = 0; round <= rounds; round++) {
    for (const { folder, times } of lanes) {
      const { wall, cpu } = await renderOnce(await toolPath(times.helm), folder)
      if (round === 0) continue
      times.wall.push(wall)
      times.cpu.push(cpu)
    }
  }
  return lanes.map(({ times }) => times)
}

/** With the shell's `time`, as Node.js does not report the CPU time of single children. */
async function renderOnce(helm: string, folder: string): Promise<{ wall: number; cpu: number }> {
  const { stderr } = await promisify(execFile)(
    'bash',
    ['-c', 'time "$@" >/dev/null', 'bash', helm, 'template', 'bluecore', folder, '--namespace', 'home'],
    { env: { ...process.env, LC_ALL: 'C', TIMEFORMAT: 'seconds %R %U %S' } },
  )
  const [, wall, user, system] = (/^seconds (\S+) (\S+) (\S+)$/m.exec(stderr) ?? []).map(
    text => Number(text) * 1_000,
  )
  if (wall === undefined || user === undefined || system === undefined) {
    throw new Error(`no times in the output of ${helm} template ${folder}: ${stderr}`)
  }
  return { wall, cpu: user + system }
}
