import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { toolPath } from '@bluecore/kube-tools'
import { type Helm, helms } from '../tests/render.js'
import type { Contestant } from './floor.js'

/** Of one chart with one helm, in ms, an entry a round. */
export interface Times {
  chart: string
  helm: Helm
  wall: number[]
  cpu: number[]
}

/** Renders every chart with every helm in each round: what disturbs the machine disturbs all. */
export async function measure(charts: readonly Contestant[], rounds: number): Promise<Times[]> {
  const lanes = charts.flatMap(({ name, folder }) =>
    helms.map(helm => ({ folder, times: { chart: name, helm, wall: [], cpu: [] } as Times })),
  )
  // One round for nothing: afterwards the files are in the page cache, also helm's own.
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

/** The shell's `time` tells ms of the child alone; Node.js tells nothing of its children. */
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
    throw new Error(`no times of ${helm} template ${folder}, but: ${stderr}`)
  }
  return { wall, cpu: user + system }
}
