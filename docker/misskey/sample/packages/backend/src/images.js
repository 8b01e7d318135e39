import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import sizeOf from 'image-size'

const types = { png: 'image/png', jpg: 'image/jpeg', webp: 'image/webp', gif: 'image/gif' }
const mostPixels = 50_000_000
const program = fileURLToPath(new URL('thumbnail.js', import.meta.url))

/**
 * Looks at a file's first bytes. What is no PNG, JPEG, WebP or GIF is only bytes: browsers must not run an upload.
 * @returns {Promise<{type: string, width?: number, height?: number}>} no size for what is not an image, or too large a one
 */
export async function imageInfo(path) {
  const { type, width, height } = await promisify(sizeOf)(path).catch(() => ({}))
  if (!types[type]) return { type: 'application/octet-stream' }
  return { type: types[type], ...(width * height <= mostPixels && { width, height }) }
}

/**
 * Makes a WebP thumbnail in a process of its own: its memory goes with it, and a broken image ends only it.
 * @returns {Promise<{blurhash: string} | undefined>} nothing, with a line in the log, if the image cannot be read
 */
export async function makeThumbnail(source, target, log) {
  try {
    // Node.js 16 has the WebAssembly of reference types behind a flag.
    const args = ['--experimental-wasm-reftypes', program, source, target]
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      timeout: 20_000,
      killSignal: 'SIGKILL',
    })
    return JSON.parse(stdout)
  } catch (error) {
    log.warn(`no thumbnail: ${error.message}`)
    return undefined
  }
}
