import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { type Builder, notSaved } from './builder.js'
import { programs } from './engine.js'
import { sourceDate } from './epoch.js'
import { ImagesError } from './images-error.js'
import { withTemporary } from './temporary.js'

/** buildah, of version 1.24 or later, which needs no daemon; nothing where it is not installed. */
export async function buildah(path?: string): Promise<Builder | undefined> {
  const [command] = await programs('buildah', path)
  if (!command) return undefined
  return {
    command,
    env: {},
    // It uses its layer cache only with --layers. With a fixed date, the image's digest is the same for each build too.
    options: ['--layers', '--timestamp', `${sourceDate()}`],
    ownNames: false, // it writes the name into the image
    inspect: async name => await inspect(command, name),
    importTar: async (name, tar) => await importTar(command, name, tar),
    contents: async () => undefined, // it dates no configuration: the same image has the same id
    async save(id, layout) {
      const target = `oci:${layout}:image`
      const saved = await execa(command, ['push', '--quiet', own(id), target], { reject: false })
      if (saved.exitCode !== 0) throw notSaved(id, saved.stderr)
    },
  }
}

/** An id as buildah writes it. */
const own = (id: string) => id.replace('sha256:', '')

async function inspect(command: string, name: string) {
  const { exitCode, stdout, stderr } = await execa(command, ['inspect', '--type', 'image', name], {
    reject: false,
  })
  if (exitCode !== 0) {
    if (/image not known/.test(stderr)) return undefined
    throw new ImagesError(`buildah cannot say whether it has ${name}: ${stderr}`)
  }
  const { FromImageID, FromImageDigest, Manifest, OCIv1 } = JSON.parse(stdout)
  const sizes: number[] = JSON.parse(Manifest).layers.map(({ size }: { size: number }) => size)
  return {
    Id: `sha256:${FromImageID}`,
    Size: sizes.reduce((sum, size) => sum + size, 0),
    // What it built itself is in no registry yet.
    RepoDigests: /^localhost\//.test(JSON.parse(stdout).FromImage) ? [] : [`${name}@${FromImageDigest}`],
    RootFS: { Layers: OCIv1.rootfs.diff_ids },
    Config: { Labels: OCIv1.config.Labels ?? null },
  }
}

/** It has no import: an image from scratch, to which the archive is added. */
async function importTar(command: string, name: string, tar: string[]): Promise<void> {
  await withTemporary(async folder => {
    await execa('tar', [...tar, '--file', join(folder, 'root.tar')])
    await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\nADD root.tar /\nCMD ["bash"]\n')
    await execa(command, ['build', '--quiet', '--timestamp', `${sourceDate()}`, '--tag', name, folder])
  })
}
