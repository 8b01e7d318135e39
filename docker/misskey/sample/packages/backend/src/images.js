import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import sizeOf from 'image-size'

const types = { png: 'image/png', jpg: 'image/jpeg', webp: 'image/webp', gif: 'image/gif' }
const mostPixels = 16_000_000 // 300 MB while they are made smaller

// Node.js 16 has reference types behind a flag. Optimising the whole module takes longer than the one picture.
const flags = ['--experimental-wasm-reftypes', '--no-wasm-tier-up']
const program = fileURLToPath(new URL('thumbnail.js', import.meta.url))

/**
 * Looks at a file's first bytes. Anything but PNG, JPEG, WebP and GIF is served as bytes: browsers must not run an upload.
 * @returns {Promise<{type: string, width?: number, height?: number}>} the size in pixels, of images
 */
export async function imageInfo(path) {
  const { type, width, height } = await promisify(sizeOf)(path).catch(() => ({}))
  return types[type] ? { type: types[type], width, height } : { type: 'application/octet-stream' }
}

/**
 * Creates a WebP thumbnail in a separate process: its memory is freed with it, and a broken image crashes only it.
 * @param {{path: string, width: number, height: number}} image
 * @returns {Promise<{blurhash: string} | undefined>} nothing, with a line in the log, if the image cannot be read or is
 *   larger than 16 million pixels
 */
export async function makeThumbnail({ path, width, height }, target, log) {
  try {
    if (width * height > mostPixels) throw new Error(`${width} × ${height} pixels are too many`)
    const args = [...flags, program, path, target]
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      timeout: 60_000,
      killSignal: 'SIGKILL',
    })
    return JSON.parse(stdout)
  } catch (error) {
    const [reason] = /^\w*Error: .*$/m.exec(error.stderr) ?? [error.message]
    log.warn(`no thumbnail: ${reason}`)
    return undefined
  }
}
