import { readBuilt } from '../src/built.js'
import { findEngine, inspectImage } from '../src/engine.js'
import { readImageFile } from '../src/image-file.js'
import { docker } from './docker.js'

/**
 * The images that a folder's tests examine: the one that TEST_IMAGE names, else all that were built in the folder.
 * @returns at least one: its name in image.json, and its name in the engine
 */
export async function imagesUnderTest(dir: string): Promise<{ name: string; image: string }[]> {
  const given = process.env.TEST_IMAGE
  if (!given) {
    const { images } = await readBuilt(dir)
    if (images.length === 0) throw new Error(`the last build of ${dir} left no image`)
    return images.map(({ name, version }) => ({ name, image: `${name}:${version}` }))
  }
  const { images } = await readImageFile(dir)
  const title = (await labelsOf(given))['org.opencontainers.image.title']
  const meant = images.length === 1 ? images[0] : images.find(image => image.title === title)
  if (meant) return [{ name: meant.name, image: given }]
  throw new Error(
    `TEST_IMAGE ${given} has the title ${title}, but ${dir} builds: ${images.map(image => image.title).join('; ')}`,
  )
}

/** The one image that a folder's tests examine: TEST_IMAGE, else what was built in the folder. */
export async function imageUnderTest(dir: string): Promise<string> {
  const [first, ...more] = await imagesUnderTest(dir)
  if (!first || more.length > 0) throw new Error(`${dir} builds ${more.length + 1} images, not one`)
  return first.image
}

/** Labels of an image, which is pulled if the engine does not have it. */
export async function labelsOf(image: string): Promise<Record<string, string>> {
  const engine = await findEngine()
  if (!(await inspectImage(engine, image))) await docker('pull', '--quiet', image)
  return (await inspectImage(engine, image))?.Config.Labels ?? {}
}
