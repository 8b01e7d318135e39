import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { toolPath } from '@bluecore/kube-tools'

/** The controller as it runs. */
export interface RunningController {
  /** The last lines that it wrote. */
  log: () => string[]
  stop: () => Promise<void>
}

/**
 * Runs k3s's Helm controller on this machine, beside the cluster that it works for. It makes its CRDs itself.
 * @param kubeconfig path; the user in it must be the cluster's administrator
 * @param jobImage what its Jobs run, as the nodes name it
 */
export async function runHelmController(options: {
  kubeconfig: string
  jobImage: string
}): Promise<RunningController> {
  const lines: string[] = []
  const child = spawn(await toolPath('helm-controller'), ['--default-job-image', options.jobImage], {
    // It hands this machine's proxy on to its Jobs, which could then not reach the API server: it gets none.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, KUBECONFIG: options.kubeconfig },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit')
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      lines.push(...text.split('\n').filter(Boolean))
      lines.splice(0, lines.length - 30)
    })
  }
  return {
    log: () => [...lines],
    async stop() {
      child.kill()
      await ended
    },
  }
}
