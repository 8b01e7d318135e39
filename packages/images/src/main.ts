import { program } from 'commander'
import { buildImage } from './build.js'
import { addBundle } from './bundle-commands.js'
import { ImagesError } from './images-error.js'
import { addPush } from './push-command.js'

program.name('images').description('Builds the images that the folders under docker/ describe.')

program
  .command('build')
  .argument('[folder]', 'folder with Dockerfile and image.json', '.')
  .description('stage, build and label what image.json names; writes dist/image.json')
  .action(async (folder: string) => {
    const { images } = await buildImage(folder)
    for (const { tags, id, size } of images) console.log(`${tags[0]} ${id} ${Math.round(size / 1e6)} MB`)
  })

addPush(program)
addBundle(program)

try {
  await program.parseAsync()
} catch (error) {
  console.error(error instanceof ImagesError ? `images: ${error.message}` : error)
  process.exitCode = 1
}
