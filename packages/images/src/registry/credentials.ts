import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { ImagesError } from '../images-error.js'

/** What the Docker configuration has for a registry: a password, or the token that some clouds' logins leave there. */
export type Credentials = { username: string; password: string } | { identityToken: string }

interface DockerConfig {
  auths?: Record<string, { auth?: string; identitytoken?: string }>
  credsStore?: string
  credHelpers?: Record<string, string>
}

/** Folder of the Docker configuration of the user. */
export function dockerConfigFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env.DOCKER_CONFIG || join(env.HOME || homedir(), '.docker')
}

/**
 * The login of `docker login` for a registry.
 * @param folder of config.json
 * @returns nothing when there is none
 * @throws ImagesError when config.json or the helper that it names is broken
 */
export async function findCredentials(host: string, folder: string): Promise<Credentials | undefined> {
  const path = join(folder, 'config.json')
  const text = await readFile(path, 'utf8').catch(error => {
    if (error.code === 'ENOENT') return '{}'
    throw new ImagesError(`the Docker configuration cannot be read: ${error.message}`)
  })
  const config = parse(path, text)
  const helper = config.credHelpers?.[host] ?? config.credsStore
  if (helper) return await askHelper(helper, host)
  const entry = config.auths?.[host] ?? config.auths?.[`https://${host}`]
  if (entry?.identitytoken) return { identityToken: entry.identitytoken }
  const [, username, password] =
    /^([^:]+):(.+)$/s.exec(Buffer.from(entry?.auth ?? '', 'base64').toString()) ?? []
  return username && password ? { username, password } : undefined
}

function parse(path: string, text: string): DockerConfig {
  try {
    return JSON.parse(text)
  } catch {
    throw new ImagesError(`${path} is not JSON`) // without its words: they might be a password
  }
}

/** @see https://github.com/docker/docker-credential-helpers#development */
async function askHelper(name: string, host: string): Promise<Credentials | undefined> {
  const command = `docker-credential-${name}`
  const { exitCode, stdout, code } = await execa(command, ['get'], { input: host, reject: false })
  if (code === 'ENOENT') {
    throw new ImagesError(`the Docker configuration wants ${command} for ${host}, but it is not on PATH`)
  }
  if (exitCode !== 0) {
    if (/credentials not found/i.test(stdout ?? '')) return undefined
    throw new ImagesError(`${command} cannot give the login of ${host} (exit code ${exitCode})`)
  }
  const { Username, Secret } = JSON.parse(stdout)
  return Username === '<token>' ? { identityToken: Secret } : { username: Username, password: Secret }
}
