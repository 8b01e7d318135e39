import { toolPath } from '@bluecore/kube-tools'
import { execa } from 'execa'
import { ImagesError } from './images-error.js'

type Tool = 'regctl' | 'syft' | 'cosign'
const found = new Map<Tool, Promise<string>>()

/**
 * A tool of the supply chain: from PATH, else compiled once. Once found, it is kept for this process.
 * @param purpose e.g. `to sign with`
 * @param without how to go without it, e.g. `push without COSIGN_KEY`
 * @throws ImagesError that names the alternatives
 */
export function findTool(name: Tool, purpose: string, without?: string): Promise<string> {
  const path = found.get(name) ?? find(name, purpose, without)
  found.set(name, path)
  return path
}

async function find(name: Tool, purpose: string, without?: string): Promise<string> {
  const { exitCode } = await execa(name, ['version'], { reject: false })
  if (exitCode === 0) return name
  return await toolPath(name).catch(error => {
    const ways = ['put it on PATH', 'Go to compile it', ...(without ? [without] : [])].join(', or ')
    throw new ImagesError(`there is no ${name} ${purpose}: ${ways}\n${error.message}`)
  })
}
