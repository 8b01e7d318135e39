import { access, cp, readFile, rm, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'

const upstream = 'https://github.com/misskey-dev/misskey.git'
const tag = '12.119.2'
/** What the tag pointed to when this was written; a tag can be moved, a commit cannot. */
const commit = 'a5a74f4434b179cdb1f97af98bf294c8b18de0e2'

/** Of a directory not copied: settings and data that a running tree has, what is built anew, what no build reads. */
const leftOut = new Set(
  '.config .git .github build built chart cypress db elasticsearch files misskey-assets node_modules redis'.split(
    ' ',
  ),
)

/**
 * Puts the tree to build into `context`/source: MISSKEY_SOURCE, else upstream's pinned commit, else, where upstream
 * cannot be reached, the sample.
 * @param {import('@bluecore/images').StageInput} input
 * @returns {Promise<Record<string, string>>} labels that tell what is inside
 * @throws Error when the source cannot be had, is not laid out as Misskey, or is not the pinned commit
 */
export async function stageSource({ dir, context, env, log, run }) {
  const target = join(context, 'source')
  const wanted = env.MISSKEY_SOURCE
  if (wanted && (await isDirectory(wanted))) {
    await copyTree(wanted, target)
    log(`building the tree in ${wanted}`)
    return await labels(target)
  }
  if (!wanted && !(await reachable(run))) {
    await copyTree(join(dir, 'sample'), target)
    log(`${upstream} cannot be reached: building the sample, which is not Misskey (MISSKEY_SOURCE chooses)`)
    return await labels(target)
  }
  const [url, reference] = wanted ? split(wanted) : [upstream, tag]
  const found = await clone(run, url, reference, target)
  if (!wanted && found !== commit)
    throw new Error(
      `${upstream}: tag ${tag} is ${found}, but ${commit} is pinned. The tag was moved; ask why first`,
    )
  log(`building ${withoutPassword(url)} at ${found}`)
  return {
    ...(await labels(target)),
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

async function reachable(run) {
  const options = { stdout: 'ignore', stderr: 'ignore', timeout: 20_000, env: { GIT_TERMINAL_PROMPT: '0' } }
  return await run('git', ['ls-remote', '--exit-code', upstream, `refs/tags/${tag}`], options).then(
    () => true,
    () => false,
  )
}

/** `URL#REFERENCE`, or `URL` for the default branch. */
function split(source) {
  const [url, reference = 'HEAD'] = source.split('#')
  if (/^[\w+]+:\/\/|^[\w.-]+@[\w.-]+:/.test(url)) return [url, reference]
  throw new Error(`MISSKEY_SOURCE: ${source} is neither a directory nor a git URL (URL#commit-or-tag)`)
}

async function clone(run, url, reference, target) {
  const git = async (...args) =>
    await run('git', ['-C', target, ...args], { env: { GIT_TERMINAL_PROMPT: '0' } }).catch(() => {
      throw new Error(
        `git ${args[0]} failed for ${withoutPassword(url)} at ${reference}: the reason stands above`,
      )
    })
  await run('git', ['init', '--quiet', target])
  await git('fetch', '--quiet', '--depth', '1', url, reference)
  await git('checkout', '--quiet', 'FETCH_HEAD')
  const { stdout } = await run('git', ['-C', target, 'rev-parse', 'HEAD'], { stdout: 'pipe' })
  await rm(join(target, '.git'), { recursive: true })
  return stdout
}

function withoutPassword(url) {
  return url.replace(/^([\w+]+:\/\/)[^/]*@/, '$1')
}

/** Names in package.json → what people call it; any other tree is called by its own name. */
const titles = { misskey: 'Misskey', 'bluecore-sample': 'Bluecore sample (not Misskey)' }

/** Labels for the tree in `folder`, checked to be one that the Dockerfile can build. */
async function labels(folder) {
  const needed = ['package.json', 'yarn.lock', 'packages/backend/package.json', 'packages/backend/yarn.lock']
  const found = await Promise.allSettled(needed.map(path => access(join(folder, path))))
  const missing = needed.filter((_, i) => found[i].status === 'rejected')
  if (missing.length > 0)
    throw new Error(`the source is not laid out as Misskey 12: it has no ${missing.join(', ')}`)
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  return {
    'org.opencontainers.image.title': titles[name] ?? name,
    'org.opencontainers.image.version': version,
    ...(license && { 'org.opencontainers.image.licenses': license }),
  }
}
