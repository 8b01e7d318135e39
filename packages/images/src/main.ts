import { program } from 'commander'
import { buildImage, readBuilt } from './build.js'
import { ImagesError } from './images-error.js'
import { pushImages } from './push.js'

program.name('images').description('Builds the images that the folders under docker/ describe.')

program
  .command('build')
  .argument('[folder]', 'folder with Dockerfile and image.json', '.')
  .description('stage, build and label what image.json names; writes dist/image.json')
  .action(async (folder: string) => {
    const { images } = await buildImage(folder)
    for (const { tags, id, size } of images) console.log(`${tags[0]} ${id} ${Math.round(size / 1e6)} MB`)
  })

program
  .command('push')
  .argument('<registry>', 'host or host:port')
  .argument('[folder]', 'folder of a built image', '.')
  .description('push what was built, under all its names, with the password of the user’s docker login')
  .action(async (registry: string, folder: string) => {
    for (const { name, digest } of await pushImages(await readBuilt(folder), { registry }))
      console.log(`${name}@${digest}`)
  })

try {
  await program.parseAsync()
} catch (error) {
  console.error(error instanceof ImagesError ? `images: ${error.message}` : error)
  process.exitCode = 1
}
