import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { execa } from 'execa'
import { onTestFinished, vi } from 'vitest'
import { temporaryFolder } from './temporary-folder.js'

/** A containerd as on a node of k3s that has nothing yet, apart from the engine's. It goes with the test. */
export interface Containerd {
  /** stdout of a command of ctr, in the namespace of Kubernetes */
  ctr(...args: string[]): Promise<string>
  /** stdout of a program in a new container of an image that containerd has */
  run(image: string, ...command: string[]): Promise<string>
}

export async function startContainerd(): Promise<Containerd> {
  const dir = await temporaryFolder()
  const socket = join(dir, 'sock')
  const config = await temporaryFolder({
    'config.toml': `version = 2
root = "${dir}/root"
state = "${dir}/state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = "${socket}"
[ttrpc]
address = "${socket}.ttrpc"
`,
  })
  const server = spawn('containerd', ['--config', join(config, 'config.toml')], { stdio: 'ignore' })
  const ctr = async (...args: string[]) =>
    (await execa('ctr', ['--address', socket, '--namespace', 'k8s.io', ...args])).stdout
  onTestFinished(async () => {
    server.kill('SIGTERM')
    if (server.exitCode === null) await once(server, 'exit')
  })
  await vi.waitFor(() => ctr('version'), { timeout: 20_000 })
  let count = 0
  return {
    ctr,
    run: (image, ...command) => ctr('run', '--rm', image, `c${count++}`, ...command),
  }
}
