import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { callWithForm, get, postNote, showNote, uploadFile } from './client.js'
import { type Instances, uniqueWord } from './instances.js'
import { randomPng } from './png.js'

export function testDrive({ url, all, token }: Instances): void {
  describe('files', () => {
    test('an image is described, and served by every instance with its own bytes', async () => {
      const bytes = randomPng(640, 480)
      const file = await uploadFile(url(), token(), { name: 'sky.png', bytes })
      expect(file).toMatchObject({
        id: expect.any(String),
        name: 'sky.png',
        type: 'image/png',
        md5: createHash('md5').update(bytes).digest('hex'),
        size: bytes.length,
        blurhash: expect.stringMatching(/^[\w#$%*+,\-.:;=?@[\]^{|}~]{6,}$/),
        properties: { width: 640, height: 480 },
      })
      for (const each of all()) {
        const response = await get(each, file.url)
        expect(response.status).toBe(200)
        expect(response.headers.get('content-type')).toBe('image/png')
        expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true)
      }
    })

    test('the thumbnail is WebP, on every instance', async () => {
      const file = await uploadFile(url(), token(), { name: 'sky.png', bytes: randomPng(640, 480) })
      for (const each of all()) {
        const response = await get(each, file.thumbnailUrl ?? 'no thumbnail')
        expect(response.status).toBe(200)
        expect(response.headers.get('content-type')).toBe('image/webp')
        expect(Buffer.from(await response.arrayBuffer()).toString('latin1')).toMatch(/^RIFF.{4}WEBP/s)
      }
    })

    test('the same bytes are the same file, unless forced', async () => {
      const upload = { name: 'same.png', bytes: randomPng(8, 8) }
      const first = await uploadFile(url(), token(), upload)
      expect((await uploadFile(url(), token(), upload)).id).toBe(first.id)
      expect((await uploadFile(url(), token(), { ...upload, force: true })).id).not.toBe(first.id)
    })

    test('an upload needs a file and a token', async () => {
      const empty = new FormData()
      empty.append('i', token())
      expect(await callWithForm(url(), 'drive/files/create', empty)).toMatchObject({
        status: 400,
        body: { error: { code: 'FILE_REQUIRED' } },
      })
      const anonymous = new FormData()
      anonymous.append('file', new Blob([randomPng(8, 8)]), 'x.png')
      expect(await callWithForm(url(), 'drive/files/create', anonymous)).toMatchObject({
        status: 401,
        body: { error: { code: 'CREDENTIAL_REQUIRED' } },
      })
    })

    test('an unknown file is 404 with a picture, which also stands for users without one', async () => {
      const picture = async (path: string) => {
        const response = await get(url(), `/files/${path}`)
        const bytes = Buffer.from(await response.arrayBuffer())
        return [response.status, response.headers.get('content-type'), bytes.toString('latin1', 1, 4)]
      }
      expect(await picture('00000000-0000-4000-8000-000000000000')).toEqual([404, 'image/png', 'PNG'])
      expect(await picture('app-default.jpg')).toEqual([200, 'image/jpeg', 'PNG'])
    })

    test('a note shows the files that come with it', async () => {
      const file = await uploadFile(url(), token(), { name: 'sky.png', bytes: randomPng(16, 16) })
      const note = await postNote(url(), token(), uniqueWord(), { fileIds: [file.id] })
      expect(note.fileIds).toEqual([file.id])
      expect((await showNote(url(), note.id)).files).toMatchObject([{ id: file.id, url: file.url }])
    })
  })
}
