import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** This package. The same from src/ and from built/. */
export const backend = fileURLToPath(new URL('..', import.meta.url))

/** The whole tree: /misskey in the image. */
export const root = join(backend, '../..')

/** Uploads and thumbnails. Shared by all instances. */
export const files = join(root, 'files')

/** The version of Misskey whose API this follows. */
export const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
