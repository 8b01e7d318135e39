import { crc32, deflateSync } from 'node:zlib'

/**
 * A PNG in one colour of chance, so that hardly any two have the same bytes.
 * @param width in pixels
 * @param height in pixels
 */
export function randomPng(width: number, height: number): Uint8Array<ArrayBuffer> {
  const colour = crypto.getRandomValues(new Uint8Array(6)) // two pixels that repeat
  const row = Uint8Array.from({ length: 1 + width * 3 }, (_, i) => (i === 0 ? 0 : (colour[(i - 1) % 6] ?? 0)))
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2], 8) // 8 bits a channel, RGB
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)))
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  return Uint8Array.from(
    Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]),
  )
}

function chunk(type: string, data: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const result = Buffer.alloc(content.length + 8)
  result.writeUInt32BE(data.length, 0)
  result.set(content, 4)
  result.writeUInt32BE(crc32(content), content.length + 4)
  return result
}
