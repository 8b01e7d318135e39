import { expect, test } from 'vitest'
import { readBuilt } from '../src/built.js'
import { readImageFile } from '../src/image-file.js'
import { sourceUrl } from '../src/revision.js'
import { imagesUnderTest, labelsOf } from './images-under-test.js'

/**
 * A test for each image of the folder: its labels say what it is and where it comes from. Of an image that TEST_IMAGE names,
 * the commit and the base are not known here, so only their form is asserted.
 * @param changed labels that stage.mjs gives instead of image.json's
 */
export async function testLabels(dir: string, changed: Record<string, unknown> = {}): Promise<void> {
  const [{ images: specs }, source] = await Promise.all([readImageFile(dir), sourceUrl(dir)])
  const built = process.env.TEST_IMAGE ? [] : (await readBuilt(dir)).images
  test.each(await imagesUnderTest(dir))(
    '$name: its labels say what it is and where it comes from',
    async ({ name, image }) => {
      const spec = specs.find(candidate => candidate.name === name)
      const made = built.find(candidate => candidate.name === name)
      const expected = {
        title: spec?.title,
        version: spec?.version,
        licenses: spec?.licenses,
        ...(source && { source }),
        revision: made?.revision ?? expect.stringMatching(/^[0-9a-f]{40}(-dirty)?$/),
        'base.name': made?.base.name ?? expect.stringMatching(/^.+:.+$/),
        'base.digest': made?.base.digest ?? expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      }
      const all = Object.entries(expected).map(([key, value]) => [`org.opencontainers.image.${key}`, value])
      const labels = { ...Object.fromEntries(all), ...spec?.labels, ...changed }
      expect(await labelsOf(image)).toMatchObject(labels)
    },
  )
}
