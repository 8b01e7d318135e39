import { program } from 'commander'
import { buildImage } from './build.js'
import { addBundle } from './bundle-commands.js'
import { ImagesError } from './images-error.js'
import { addPush } from './push-command.js'

// So that what is temporary is removed: see cleanedUp.
process.on('SIGINT', () => process.exit(130))
process.on('SIGTERM', () => process.exit(143))

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
  // An error of the system says what it was and where: `EACCES: permission denied, open '/x'`
  const isClear = error instanceof ImagesError || (error instanceof Error && 'syscall' in error)
  console.error(isClear ? `images: ${error.message}` : error)
  process.exitCode = 1
}
