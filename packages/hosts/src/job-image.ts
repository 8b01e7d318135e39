import { copyFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BuiltImage, ensureBase, findEngine } from '@bluecore/images'
import { toolPath } from '@bluecore/kube-tools'
import { digestOf, run } from '@bluecore/lab'
import { hostsPath } from './manifests.js'

const name = 'bluecore/klipper-helm-stand-in'

/**
 * Builds the stand-in for rancher/klipper-helm from the folder job-image and helm 4, of the version that klipper-helm has.
 * @returns it as the engine holds it; its tag tells what it was made from
 */
export async function buildJobImage(): Promise<BuiltImage> {
  const helm = await toolPath('helm')
  const base = await ensureBase('bookworm')
  const version = digestOf([hostsPath('job-image'), helm])
  const reference = `${name}:${version}`
  const { docker, env } = await findEngine()
  const context = mkdtempSync(join(tmpdir(), 'bluecore-job-image-'))
  try {
    cpSync(hostsPath('job-image'), context, { recursive: true })
    copyFileSync(helm, join(context, 'helm'))
    await run(docker, ['build', '--build-arg', `BASE=${base}`, '--tag', reference, context], { env })
  } finally {
    rmSync(context, { recursive: true, force: true })
  }
  const [id = '', size] = (
    await run(docker, ['image', 'inspect', reference, '--format', '{{.Id}} {{.Size}}'], { env })
  ).split(' ')
  return { name, version, tags: [reference], id, size: Number(size), base: { name: base } }
}
