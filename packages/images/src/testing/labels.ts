import { expect, test } from 'vitest'
import { readBuilt } from '../built.js'
import { readImageFile } from '../image-file.js'
import { sourceUrl } from '../revision.js'
import { imagesUnderTest, isMadeHere, labelsOf } from './under-test.js'

/**
 * A test for each image of the folder: its labels say what it is and where it comes from. An image that TEST_IMAGE names may
 * be somebody else's: then nothing is asked of its labels, and the test's name says so.
 * @param changed labels that stage.mjs gives instead of image.json's
 */
export async function testLabels(dir: string, changed: Record<string, unknown> = {}): Promise<void> {
  const [{ images: specs }, source] = await Promise.all([readImageFile(dir), sourceUrl(dir)])
  const built = process.env.TEST_IMAGE ? [] : (await readBuilt(dir)).images
  for (const { name, image } of await imagesUnderTest(dir)) {
    const spec = specs.find(candidate => candidate.name === name)
    if (!spec || !(await isMadeHere(image))) {
      test(`${image} was not made here: its labels and layers are its maker's`, async () => {
        expect(await labelsOf(image)).not.toHaveProperty(['org.opencontainers.image.base.name'])
      })
      continue
    }
    const labels = await labelsOf(image)
    const made = built.find(candidate => candidate.name === name)
    test(`${name}: its labels say what it is and where it comes from`, () => {
      const expected = {
        title: spec.title,
        version: spec.version,
        licenses: spec.licenses,
        ...(source && { source }),
        revision: made?.revision ?? expect.stringMatching(/^[0-9a-f]{40}(-dirty)?$/),
        'base.name': made?.base.name ?? expect.stringMatching(/^.+:.+$/),
        'base.digest': made?.base.digest ?? expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      }
      const all = Object.entries(expected).map(([key, value]) => [`org.opencontainers.image.${key}`, value])
      expect(labels).toMatchObject({ ...Object.fromEntries(all), ...spec.labels, ...changed })
    })
  }
}
