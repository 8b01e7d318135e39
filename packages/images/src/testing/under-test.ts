import { readBuilt } from '../built.js'
import { docker, findEngine, inspectImage } from '../engine.js'
import { readImageFile } from '../image-file.js'

/**
 * The images that a folder's tests are about: the one that TEST_IMAGE names, else all that were built in the folder.
 * @returns the name in image.json and the engine's name of each
 */
export async function imagesUnderTest(dir: string): Promise<{ name: string; image: string }[]> {
  const given = process.env.TEST_IMAGE
  if (!given) {
    const { images } = await readBuilt(dir)
    return images.map(({ name, version }) => ({ name, image: `${name}:${version}` }))
  }
  const { images } = await readImageFile(dir)
  const title = (await labelsOf(given))['org.opencontainers.image.title']
  const meant = images.length === 1 ? images[0] : images.find(image => image.title === title)
  if (meant) return [{ name: meant.name, image: given }]
  throw new Error(
    `TEST_IMAGE ${given} has the title ${title}, but ${dir} makes: ${images.map(image => image.title).join('; ')}`,
  )
}

/** The one image that a folder's tests are about: TEST_IMAGE, else what was built in the folder. */
export async function imageUnderTest(dir: string): Promise<string> {
  const [first] = await imagesUnderTest(dir)
  if (!first) throw new Error(`${dir} makes no image`)
  return first.image
}

/** Labels of an image, which is pulled if the engine does not have it. */
export async function labelsOf(image: string): Promise<Record<string, string>> {
  const engine = await findEngine()
  if (!(await inspectImage(engine, image))) await docker(engine, ['pull', '--quiet', image])
  return (await inspectImage(engine, image))?.Config.Labels ?? {}
}

/** False for an image that TEST_IMAGE names and somebody else has made. */
export async function isMadeHere(image: string): Promise<boolean> {
  return !process.env.TEST_IMAGE || 'org.opencontainers.image.base.name' in (await labelsOf(image))
}
