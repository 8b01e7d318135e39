import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { toolPath } from '@bluecore/kube-tools'

/** A running controller. */
export interface RunningController {
  /** The last 30 lines that it printed. */
  log: () => string[]
  stop: () => Promise<void>
}

/**
 * Runs k3s's Helm controller on this machine, outside of the cluster that it manages. It creates its own CRDs.
 * @param kubeconfig path; its user needs cluster-admin rights
 * @param jobImage image of its Jobs, as the nodes pull it
 */
export async function runHelmController(options: {
  kubeconfig: string
  jobImage: string
}): Promise<RunningController> {
  const lines: string[] = []
  const child = spawn(await toolPath('helm-controller'), ['--default-job-image', options.jobImage], {
    // Without this machine's proxy variables: it would pass them to its Jobs, which could then not reach the API server.
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
