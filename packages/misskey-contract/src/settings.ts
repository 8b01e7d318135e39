import { readFileSync } from 'node:fs'
import type { ContractInput } from './instances.js'

/**
 * What the contract runs on, from the environment: CONTRACT_URLS (separated by commas), CONTRACT_USERNAME,
 * CONTRACT_PASSWORD_FILE and, if there, CONTRACT_TOKEN_FILE.
 * @throws Error naming everything that is missing or wrong
 */
export function contractSettings(env: NodeJS.ProcessEnv = process.env): ContractInput {
  const problems: string[] = []
  const need = (name: string, what: string) => {
    const value = env[name]
    if (!value) problems.push(`${name} is not set: ${what}`)
    return value ?? ''
  }
  const urls = need('CONTRACT_URLS', 'addresses of instances, separated by commas')
    .split(',')
    .map(url => url.trim())
    .filter(url => url !== '')
  for (const url of urls) {
    if (!URL.canParse(url))
      problems.push(`CONTRACT_URLS has ${url}, which is no address like http://127.0.0.1:3000`)
  }
  const username = need('CONTRACT_USERNAME', 'the administrator, made if there is no user yet')
  const passwordFile = need('CONTRACT_PASSWORD_FILE', 'a file with the administrator’s password')
  const password = passwordFile && read(passwordFile, problems)
  if (problems.length > 0) throw new Error(`the contract cannot run:\n${problems.join('\n')}`)
  const tokenFile = env.CONTRACT_TOKEN_FILE
  return { urls, username, password, ...(tokenFile && { tokenFile }) }
}

function read(path: string, problems: string[]): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    problems.push(`CONTRACT_PASSWORD_FILE: ${(error as Error).message}`)
    return ''
  }
}
