import { access, readFile, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { execa } from 'execa'

/**
 * The last commit that changed what the images of `folder` are made from; `-dirty` is appended when files of it are changed
 * since. It is not HEAD: then each commit would rebuild every image.
 * @returns nothing where git does not know the folder
 */
export async function revision(folder: string): Promise<string | undefined> {
  const git = async (...args: string[]) => await execa('git', ['-C', folder, ...args], { reject: false })
  const paths = await sources(folder)
  const last = await git('log', '-1', '--format=%H', '--', ...paths)
  if (last.exitCode !== 0 || !last.stdout) return undefined
  const changed = await git('status', '--porcelain', '--', ...paths)
  return changed.stdout ? `${last.stdout}-dirty` : last.stdout
}

const tools = new Set(['@bluecore/images', '@bluecore/workspace'])

/**
 * Folders and files that an image's content comes from: its own, those of the workspace's packages that it carries, and the
 * lock file, which pins their dependencies. The tools that build and test an image are
 * left out, as the engine is.
 */
async function sources(folder: string): Promise<string[]> {
  const found = new Set<string>()
  const visit = async (dir: string, kinds: ('dependencies' | 'devDependencies')[]): Promise<void> => {
    if (found.has(dir)) return
    found.add(dir)
    const manifest = await readManifest(dir)
    const needed = kinds.flatMap(kind => Object.entries(manifest?.[kind] ?? {}))
    for (const [name, version] of needed)
      if (version.startsWith('workspace:') && !tools.has(name))
        await visit(await realpath(join(dir, 'node_modules', name)), ['dependencies'])
  }
  await visit(await realpath(folder), ['dependencies', 'devDependencies'])
  const root = await workspaceRoot(folder)
  return root ? [...found, join(root, 'pnpm-lock.yaml')] : [...found]
}

/** Where the sources are kept, as the root's package.json tells; nothing when it does not. */
export async function sourceUrl(folder: string): Promise<string | undefined> {
  const root = await workspaceRoot(folder)
  const repository = root && (await readManifest(root))?.repository
  return typeof repository === 'string' ? repository : repository?.url
}

async function workspaceRoot(folder: string): Promise<string | undefined> {
  for (let dir = folder; ; dir = dirname(dir)) {
    const found = await access(join(dir, 'pnpm-workspace.yaml')).then(
      () => true,
      () => false,
    )
    if (found) return dir
    if (dir === dirname(dir)) return undefined
  }
}

interface Manifest {
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  repository?: string | { url: string }
}

async function readManifest(dir: string): Promise<Manifest | undefined> {
  const text = await readFile(join(dir, 'package.json'), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : JSON.parse(text)
}
