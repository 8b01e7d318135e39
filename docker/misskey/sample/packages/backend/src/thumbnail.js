// `thumbnail.js SOURCE TARGET` writes a WebP that fits into 498 × 280 and prints {"blurhash": "…"}.
import { readFile, writeFile } from 'node:fs/promises'
import { PhotonImage, resize, SamplingFilter } from '@silvia-odwyer/photon-node'
import { encode } from 'blurhash'

const [, , source, target] = process.argv
const image = PhotonImage.new_from_byteslice(await readFile(source))

const thumbnail = fit(image, 498, 280)
await writeFile(target, thumbnail.get_bytes_webp())

const small = fit(thumbnail, 64, 64)
const pixels = new Uint8ClampedArray(small.get_raw_pixels())
console.log(JSON.stringify({ blurhash: encode(pixels, small.get_width(), small.get_height(), 4, 4) }))

/** Smaller with the same proportions, never larger. */
function fit(original, width, height) {
  const scale = Math.min(1, width / original.get_width(), height / original.get_height())
  const to = side => Math.max(1, Math.round(side * scale))
  return resize(original, to(original.get_width()), to(original.get_height()), SamplingFilter.Lanczos3)
}
