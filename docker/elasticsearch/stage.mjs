import { createHash } from 'node:crypto'
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { modules } from './modules.mjs'

const version = '7.4.2'

/**
 * Puts the server's home into the context; it is made once and kept in the cache.
 * @param {import('@bluecore/images').StageInput} input
 */
export async function stage({ dir, context, log, run, cached }) {
  const inputs = await Promise.all(
    ['pom.xml', 'fetched.sha256', 'modules.mjs', 'stage.mjs'].map(name => readFile(join(dir, name))),
  )
  const home = await cached('elasticsearch-home', inputs, async folder => {
    log('fetching Elasticsearch from Maven Central')
    await run('mvn', [
      ...['--quiet', '--batch-mode', `-Dtarget=${folder}`],
      ...['--file', join(dir, 'pom.xml'), 'generate-resources'],
    ])
    const fetched = join(folder, 'fetched')
    await verify(fetched, join(dir, 'fetched.sha256'))
    await run('unzip', ['-q', join(fetched, `elasticsearch-${version}.zip`), '-d', folder])
    await rename(join(folder, `elasticsearch-${version}`), join(folder, 'elasticsearch'))
    await makeHome(join(folder, 'elasticsearch'), fetched, run)
    await rm(fetched, { recursive: true })
  })
  await cp(join(home, 'elasticsearch'), join(context, 'elasticsearch'), {
    recursive: true,
    verbatimSymlinks: true,
    preserveTimestamps: true,
  })
}

/**
 * Compares what came with the hashes kept here. Maven compares with the repository's own, where it has some: mirrors may lack them.
 * @throws {Error} naming every file that differs or is not listed
 */
async function verify(folder, list) {
  const lines = (await readFile(list, 'utf8')).trim().split('\n')
  const expected = new Map(lines.map(line => line.split('  ').reverse()))
  const wrong = []
  for (const name of await readdir(folder)) {
    const found = createHash('sha256')
      .update(await readFile(join(folder, name)))
      .digest('hex')
    if (found !== expected.get(name)) wrong.push(`  ${name} is ${found}, expected ${expected.get(name)}`)
  }
  if (wrong.length === 0) return
  throw new Error(
    `what Maven brought is not what ${list} lists:\n${wrong.join('\n')}\n` +
      'Remove these files from ~/.m2/repository and build again, or use another mirror.',
  )
}

async function makeHome(home, jarFolder, run) {
  const jars = await readdir(jarFolder)
  for (const [name, module] of Object.entries(modules)) {
    const folder = join(home, 'modules', name)
    await mkdir(folder)
    for (const jar of [name, ...(module.jars ?? [])]) {
      const file = jars.find(candidate => candidate.replace(/-\d+(\.\d+)+.*\.jar$/, '') === jar)
      if (!file) throw new Error(`module ${name} needs ${jar}, which pom.xml does not bring`)
      await cp(join(jarFolder, file), join(folder, file), { preserveTimestamps: true })
    }
    await writeFile(join(folder, 'plugin-descriptor.properties'), descriptor(name, module))
    const policy = securityPolicy(module)
    if (policy) await writeFile(join(folder, 'plugin-security.policy'), policy)
  }
  await nativeAccess(home, run)
  await asInContainer(home)
}

function descriptor(name, module) {
  const entries = {
    name,
    description: `Elasticsearch module ${name}`,
    version,
    'elasticsearch.version': version,
    'java.version': '1.8',
    classname: `org.elasticsearch.${module.classname}`,
    'extended.plugins': module.extends ?? '',
    'has.native.controller': 'false',
  }
  return Object.entries(entries)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')
}

function securityPolicy({ grants = [], jarGrants = {} }) {
  const grant = (to, permissions) => `grant ${to}{\n${permissions.map(line => `  ${line}\n`).join('')}};\n`
  const all = grants.length > 0 ? [grant('', grants)] : []
  // The server puts the URL of a module's jar into the property codebase.JAR.
  const some = Object.entries(jarGrants).map(([jar, lines]) =>
    grant(`codeBase "\${codebase.${jar}}" `, lines),
  )
  return [...all, ...some].join('')
}

/** JNA would unpack its library into /tmp, where a container may not be allowed to load code from. */
async function nativeAccess(home, run) {
  const jar = (await readdir(join(home, 'lib'))).find(name => name.startsWith('jna-'))
  const library = 'com/sun/jna/linux-x86-64/libjnidispatch.so'
  await run('unzip', ['-q', '-j', join(home, 'lib', jar), library, '-d', join(home, 'lib', 'jna')])
}

async function asInContainer(home) {
  const path = join(home, 'bin', 'elasticsearch-env')
  let text = await readFile(path, 'utf8')
  for (const [from, to] of [
    ['ES_DISTRIBUTION_TYPE=zip', 'ES_DISTRIBUTION_TYPE=docker'],
    ['ES_BUNDLED_JDK=false', 'ES_BUNDLED_JDK=true'],
  ]) {
    if (!text.includes(from)) throw new Error(`${path} has no ${from}`)
    text = text.replace(from, to)
  }
  await writeFile(path, text)
  // The image has its own configuration; nothing in it runs on Windows.
  await rm(join(home, 'config'), { recursive: true })
  for (const name of await readdir(join(home, 'bin')))
    if (/\.(bat|exe)$/.test(name)) await rm(join(home, 'bin', name))
}
