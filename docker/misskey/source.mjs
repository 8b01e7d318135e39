import { appendFile, cp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { checkLayout } from './layout.mjs'

const upstream = 'https://github.com/misskey-dev/misskey.git'

/** Of a directory not copied: settings and data that a running tree has, what the build creates, what no build reads. */
const leftOut = new Set(
  '.config .git .github build built chart cypress db elasticsearch files misskey-assets node_modules redis'.split(
    ' ',
  ),
)

/**
 * Puts the tree to build into `context`/source: MISSKEY_SOURCE, else upstream's pinned commit, else, where upstream
 * cannot be reached, the sample.
 * @param {import('@bluecore/images').StageInput} input
 * @param {string} nodeVersion of the Node.js that it will run on
 * @returns {Promise<Record<string, string>>} labels that tell what is inside
 * @throws Error when the source cannot be had, is not laid out as Misskey, or is not the pinned commit
 */
export async function stageSource(input, nodeVersion) {
  const target = join(input.context, 'source')
  const origin = await bring(input, target)
  const { name, version, license } = await checkLayout(target, nodeVersion)
  if (input.env.MISSKEY_REGISTRY) await useRegistry(target, input.env.MISSKEY_REGISTRY)
  return {
    'org.opencontainers.image.title': titles[name] ?? name,
    'org.opencontainers.image.version': version,
    ...(license && { 'org.opencontainers.image.licenses': license }),
    // It gets the name of what it is not, so a push sends it only on request.
    ...(name === sampleName && { 'bluecore.stand-in-for': misskeyIn(input.file) }),
    ...origin,
  }
}

const sampleName = 'bluecore-sample'

/** Names in package.json → what people call it; any other tree is called by its own name. */
const titles = { misskey: 'Misskey', [sampleName]: 'Bluecore sample (not Misskey)' }

/** What the image is called, whatever it is built from. */
const misskeyIn = ({ images: [{ name, version }] }) => `${name}:${version}`

/** @returns {Promise<Record<string, string>>} labels that tell where it is from, if it is from git */
async function bring({ dir, env, file, log, run }, target) {
  const wanted = env.MISSKEY_SOURCE
  // A tag can be moved, a commit cannot.
  const pinned = { tag: file.images[0].version, commit: file.versions.MISSKEY_COMMIT }
  if (wanted && (await isDirectory(wanted))) {
    await copyTree(wanted, target)
    log(`building the tree in ${wanted}`)
    return {}
  }
  if (!wanted && !(await reachable(run, pinned.tag))) {
    await copyTree(join(dir, 'sample'), target)
    log(`${upstream} cannot be reached: building the sample, which is not Misskey (MISSKEY_SOURCE chooses)`)
    return {}
  }
  const [url, reference] = split(wanted ?? upstream)
  const found = await clone(run, url, reference ?? pinned.tag, target)
  if (!reference && found !== pinned.commit)
    throw new Error(
      `${withoutPassword(url)}: tag ${pinned.tag} is ${found}, but ${pinned.commit} is pinned. The tag was moved; ask why first`,
    )
  log(`building ${withoutPassword(url)} at ${found}`)
  return {
    'org.opencontainers.image.source': withoutPassword(url),
    'org.opencontainers.image.revision': found,
  }
}

async function isDirectory(path) {
  return await stat(path).then(
    found => found.isDirectory(),
    () => false,
  )
}

async function copyTree(from, to) {
  await cp(from, to, {
    recursive: true,
    verbatimSymlinks: true,
    preserveTimestamps: true,
    filter(path) {
      const parts = relative(from, path).split('/')
      const name = parts.at(-1)
      if (parts.length === 1) return !leftOut.has(name)
      return name !== 'node_modules' && !(parts.length === 3 && parts[0] === 'packages' && name === 'built')
    },
  })
}

async function reachable(run, tag) {
  const options = { stdout: 'ignore', stderr: 'ignore', timeout: 20_000, env: { GIT_TERMINAL_PROMPT: '0' } }
  return await run('git', ['ls-remote', '--exit-code', upstream, `refs/tags/${tag}`], options).then(
    () => true,
    () => false,
  )
}

/** `URL#REFERENCE`, or `URL` for the pinned commit. */
function split(source) {
  const [url, reference] = source.split('#')
  if (/^[\w+]+:\/\/|^[\w.-]+@[\w.-]+:/.test(url)) return [url, reference]
  throw new Error(
    `MISSKEY_SOURCE: ${withoutPassword(source)} is neither a directory nor a git URL (URL#commit-or-tag)`,
  )
}

async function clone(run, url, reference, target) {
  const git = (...args) =>
    run('git', ['-C', target, ...args], { stderr: 'pipe', env: { GIT_TERMINAL_PROMPT: '0' } })
  await run('git', ['init', '--quiet', target])
  await git('fetch', '--quiet', '--depth', '1', url, reference).catch(error => {
    const reason = /^(?:fatal|error): .*/m.exec(error.stderr)?.[0] ?? error.message
    throw new Error(
      `download failed: the source (${withoutPassword(url)} at ${reference}): ${withoutPassword(reason)}. ` +
        'A mirror: MISSKEY_SOURCE=URL, or a directory; a proxy: HTTPS_PROXY',
    )
  })
  await git('checkout', '--quiet', 'FETCH_HEAD')
  const { stdout } = await run('git', ['-C', target, 'rev-parse', 'HEAD'], { stdout: 'pipe' })
  await rm(join(target, '.git'), { recursive: true })
  return stdout
}

/** In a lock file: a tarball of a registry lies under `NAME/-/`, with a host or without. */
const tarball = /^ {2}resolved "?(?:https?:\/\/[^"\s]+?\/)?\/?((?:@[^/"\s]+\/)?[^/:"\s]+\/-\/[^"\s]+)"?$/gm

/**
 * Has Yarn ask another registry. It ignores its own setting for what a lock file names with a host; hashes stay valid.
 * @param {string} folder the tree
 * @param {string} registry address of a mirror of npm's
 */
async function useRegistry(folder, registry) {
  if (!URL.canParse(registry) || !/^https?:$/.test(new URL(registry).protocol))
    throw new Error(
      `MISSKEY_REGISTRY: ${withoutPassword(registry)} is not an address like https://npm.example.internal/`,
    )
  if (new URL(registry).username)
    throw new Error('MISSKEY_REGISTRY must not hold a password: it would be in the lock files of the build')
  const base = registry.replace(/\/+$/, '')
  await appendFile(join(folder, '.yarnrc'), `\nregistry "${base}/"\n`)
  for (const name of ['.', 'packages/backend', 'packages/client', 'packages/sw']) {
    const path = join(folder, name, 'yarn.lock')
    const lock = await readFile(path, 'utf8').catch(() => undefined)
    if (lock === undefined) continue
    await writeFile(path, lock.replace(tarball, `  resolved "${base}/$1"`))
  }
}

function withoutPassword(text) {
  return text.replace(/([\w+]:\/\/)[^/@\s]*@/g, '$1')
}
