import { readFile, rm, symlink } from 'node:fs/promises'
import { basename, join } from 'node:path'

/**
 * Makes the links between the server's libraries, as its package lists them. The package's install script makes them too, but
 * pnpm keeps what a script left as files: from the second checkout of a machine on, copies stand in their place, and the
 * image would get other layers.
 * @param {import('@bluecore/images').StageInput} input
 */
export async function stage({ context }) {
  const server = join(context, 'server')
  for (const { source, target } of JSON.parse(await readFile(join(server, 'pg-symlinks.json'), 'utf8'))) {
    const link = join(server, 'lib', basename(target))
    await rm(link, { force: true })
    await symlink(basename(source), link)
  }
}
