import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pushImages, readBuilt } from '@bluecore/images'
import { type Progress, pushTarget, workspaceRoot } from '@bluecore/lab'
import { turboBuild } from './turbo.js'

/** Builds every image of docker/, through turbo so that bundles come from its cache. */
export async function buildImages({ line, done }: Progress): Promise<void> {
  await turboBuild(workspaceRoot(), './docker/*', line)
  done((await productImages()).map(({ name }) => name.replace(/.*\//, '')).join(', '))
}

/** The images of the last build. */
export async function productImages() {
  const folder = join(workspaceRoot(), 'docker')
  const built = await Promise.all(readdirSync(folder).map(name => readBuilt(join(folder, name))))
  return built.flatMap(({ images }) => images)
}

/** Pushes the images that the registry lacks. */
export async function pushProduct({ line, done }: Progress): Promise<void> {
  const pushed = await pushImages({ images: await productImages() }, { ...pushTarget(), log: line })
  const sent = pushed.filter(({ kept }) => !kept).length
  done(sent > 0 ? `pushed ${sent} of ${pushed.length}` : 'all present')
}
