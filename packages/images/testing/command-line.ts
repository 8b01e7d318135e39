import { join } from 'node:path'
import { execa } from 'execa'

/** The workspace. */
export const root = join(import.meta.dirname, '..', '..', '..')

/** `turbo run`, as a user types it. */
export const turbo = (args: string[], env: Record<string, string> = {}) =>
  execa(join(root, 'node_modules/.bin/turbo'), ['run', ...args, '--ui=stream'], {
    cwd: root,
    env: { PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`, ...env },
    all: true,
  })

/** The command `images`. */
export const images = (args: string[], env: Record<string, string>) =>
  execa(join(root, 'packages/images/bin/images.mjs'), args, { cwd: root, env })
