import { toolPath } from '@bluecore/kube-tools'
import { execa } from 'execa'
import { ImagesError } from './images-error.js'

/**
 * A tool of the supply chain: from PATH, else compiled once.
 * @param purpose e.g. `to sign with`
 * @param without how to go without it, e.g. `push without COSIGN_KEY`
 * @throws ImagesError that names the alternatives
 */
export async function findTool(name: 'syft' | 'cosign', purpose: string, without: string): Promise<string> {
  const { exitCode } = await execa(name, ['version'], { reject: false })
  if (exitCode === 0) return name
  return await toolPath(name).catch(error => {
    throw new ImagesError(
      `there is no ${name} ${purpose}: put it on PATH, or Go to compile it, or ${without}\n${error.message}`,
    )
  })
}
