import { copyFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { digestOf } from '@bluecore/cache'
import { type BuiltImage, dockerBuild, ensureBase } from '@bluecore/images'
import { toolPath } from '@bluecore/kube-tools'
import { hostsPath } from './manifests.js'

const name = 'bluecore/klipper-helm-stand-in'

/**
 * Builds the stand-in for rancher/klipper-helm from the folder job-image and helm 4, in the version that klipper-helm contains.
 * @returns the image in the engine; its tag is a digest of its contents
 */
export async function buildJobImage(): Promise<BuiltImage> {
  const helm = await toolPath('helm')
  const base = await ensureBase('bookworm')
  const version = digestOf([hostsPath('job-image'), helm])
  const reference = `${name}:${version}`
  const context = mkdtempSync(join(tmpdir(), 'bluecore-job-image-'))
  try {
    cpSync(hostsPath('job-image'), context, { recursive: true })
    copyFileSync(helm, join(context, 'helm'))
    const built = await dockerBuild({ context, base, tags: [reference] })
    return { name, version, tags: [reference], ...built, base: { name: base } }
  } finally {
    rmSync(context, { recursive: true, force: true })
  }
}
