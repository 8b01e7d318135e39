import { createHash } from 'node:crypto'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, extname } from 'node:path'
import { fileURLToPath } from 'node:url'

// Nothing here needs compiling. The output is where Misskey's build puts it.
process.chdir(fileURLToPath(new URL('..', import.meta.url)))

for (const folder of ['built', 'packages/backend/built']) await rm(folder, { recursive: true, force: true })

const { version } = JSON.parse(await readFile('package.json', 'utf8'))
await write('built/meta.json', JSON.stringify({ version }))
await cp('packages/backend/src', 'packages/backend/built', { recursive: true })
await write('built/_sw_dist_/sw.js', await readFile('packages/sw/src/sw.js'))

const client = ['app.js', 'style.css']
const hashed = await Promise.all(client.map(addHashed))
await write('built/_client_dist_/manifest.json', JSON.stringify(Object.fromEntries(hashed), null, 2))

/** Copies a client file under a name that changes with its bytes, so that browsers may cache it forever. */
async function addHashed(name) {
  const bytes = await readFile(`packages/client/src/${name}`)
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8)
  const file = `${basename(name, extname(name))}.${hash}${extname(name)}`
  await write(`built/_client_dist_/${file}`, bytes)
  return [`src/${name}`, { file, src: `src/${name}`, isEntry: true }]
}

async function write(path, content) {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content)
}
