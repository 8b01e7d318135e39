import { ImagesError } from '../images-error.js'
import type { Credentials } from './credentials.js'

/**
 * Turns a registry's 401 into the Authorization header that it wants: the password itself, or a token of the service
 * that it names.
 * @param challenge its WWW-Authenticate
 * @returns nothing when it cannot be met, e.g. without a login
 * @see https://distribution.github.io/distribution/spec/auth/token/
 */
export async function authorization(
  challenge: string,
  credentials: Credentials | undefined,
): Promise<string | undefined> {
  const basic =
    credentials && 'username' in credentials
      ? `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`
      : undefined
  if (!/^bearer /i.test(challenge)) return basic
  const given = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
  )
  const { realm, service = '', scope = '' } = given
  if (!realm) throw new ImagesError(`the registry asks for a token but names no service: ${challenge}`)
  const asked =
    credentials && 'identityToken' in credentials
      ? fetch(realm, {
          method: 'POST',
          body: new URLSearchParams({
            grant_type: 'refresh_token',
            refresh_token: credentials.identityToken,
            client_id: 'bluecore',
            service,
            scope,
          }),
        })
      : fetch(`${realm}?${new URLSearchParams({ service, scope })}`, {
          headers: basic ? { authorization: basic } : {},
        })
  const answer = await asked.catch(() => {
    throw new ImagesError(`the registry's tokens come from ${realm}, which does not answer`)
  })
  if (!answer.ok) return undefined
  const { token, access_token } = (await answer.json()) as { token?: string; access_token?: string }
  return `Bearer ${access_token ?? token}`
}
