import { mkdtempSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { ImagesError } from '../images-error.js'
import { removeAtExit } from '../temporary.js'
import type { RegistryAddress } from './address.js'

/** Where the login of a registry is. */
export interface Login {
  /** Folder of a Docker configuration that has it as regctl looks for it. */
  folder: string
  /** The file that the user knows. */
  file: string
  /** Program that is asked for it. */
  helper?: string | undefined
}

interface Configuration {
  auths?: Record<string, object>
  credsStore?: string
  credHelpers?: Record<string, string>
}

/**
 * Finds the login of a registry: in the Docker configuration, or where that has none, in the file of buildah and podman.
 * @param folder of the Docker configuration, if not the user's own
 * @throws ImagesError when a file cannot be read
 */
export async function findLogin(host: string, folder?: string, env = process.env): Promise<Login> {
  const docker = folder ?? (env.DOCKER_CONFIG || join(env.HOME || homedir(), '.docker'))
  const file = join(docker, 'config.json')
  const { credHelpers = {}, credsStore, auths = {} } = await configuration(file)
  const helper = credHelpers[host] ?? credsStore
  if (helper) return { folder: docker, file, helper: `docker-credential-${helper}` }
  if (auths[host]) return { folder: docker, file }
  for (const other of [file, ...containersFiles(env)]) {
    const folder = rewritten(host, (await configuration(other)).auths ?? {})
    if (folder) return { folder, file: other }
  }
  return { folder: docker, file }
}

/** @see https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md */
function containersFiles({ REGISTRY_AUTH_FILE, XDG_RUNTIME_DIR }: NodeJS.ProcessEnv): string[] {
  if (REGISTRY_AUTH_FILE) return [REGISTRY_AUTH_FILE]
  return XDG_RUNTIME_DIR ? [join(XDG_RUNTIME_DIR, 'containers/auth.json')] : []
}

/** What a file has; nothing when there is no such file. */
async function configuration(file: string): Promise<Configuration> {
  const text = await readFile(file, 'utf8').catch(error => {
    if (error.code === 'ENOENT') return '{}'
    throw new ImagesError(`the login file ${file} cannot be read: ${error.message}`)
  })
  try {
    return JSON.parse(text)
  } catch {
    throw new ImagesError(`${file} is not JSON`) // without its words: they might be a password
  }
}

/**
 * A configuration of one login for this process, under the name by which regctl looks for it. Others write a host with its
 * scheme and path, as `docker login` once did.
 */
function rewritten(host: string, auths: Record<string, object>): string | undefined {
  const login = Object.entries(auths).find(
    ([name]) => name.replace(/^https?:\/\//, '').replace(/\/.*/, '') === host,
  )?.[1]
  if (!login) return undefined
  const folder = mkdtempSync(join(tmpdir(), '.bluecore-login-'))
  removeAtExit(folder)
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths: { [host]: login } }), { mode: 0o600 })
  return folder
}

/** Why a registry took no login, in words that say what to do. Asks who might know. @param given whether one was sent */
export async function refusedLogin(
  { host, origin }: RegistryAddress,
  login: Login,
  given: boolean,
): Promise<ImagesError> {
  const problem = (await helperProblem(host, login)) ?? (await tokenProblem(origin))
  if (problem) return new ImagesError(`the registry ${host} wants a login: ${problem}`)
  return new ImagesError(
    given
      ? `the registry ${host} refuses the login of ${login.file}: docker login ${host}`
      : `the registry ${host} wants a login, and ${login.file} has none for it: docker login ${host}`,
  )
}

/** @see https://github.com/docker/docker-credential-helpers#development */
async function helperProblem(host: string, { helper, file }: Login): Promise<string | undefined> {
  if (!helper) return undefined
  const {
    exitCode,
    stdout = '',
    stderr = '',
    code,
  } = await execa(helper, ['get'], { input: host, reject: false })
  if (code === 'ENOENT') return `${file} names ${helper}, which is not on PATH`
  if (/credentials not found/i.test(stdout)) return undefined
  if (exitCode !== 0) return `${helper} cannot give it: ${(stdout || stderr).trim().slice(0, 200)}`
  return isJson(stdout) ? undefined : `${helper} answers with something that is not a login`
}

/** A registry that works with tokens names a service that gives them. @see https://distribution.github.io/distribution/spec/auth/token/ */
async function tokenProblem(origin: string): Promise<string | undefined> {
  const ask = (url: string) => fetch(url, { signal: AbortSignal.timeout(5_000) })
  const challenge = (await ask(`${origin}/v2/`).catch(() => undefined))?.headers.get('www-authenticate')
  const realm = /^bearer .*realm="([^"]+)"/i.exec(challenge ?? '')?.[1]
  if (!realm) return undefined
  const answer = await ask(realm).catch(() => undefined)
  if (!answer) return `its tokens come from ${realm}, which does not answer`
  if (answer.status >= 500) return `its tokens come from ${realm}, which answers ${answer.status}`
  return isJson(await answer.text())
    ? undefined
    : `its tokens come from ${realm}, which answers with something else`
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
