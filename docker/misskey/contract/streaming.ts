import { describe, expect, onTestFinished, test } from 'vitest'
import { postNote, react } from './client.js'
import { type Instances, uniqueWord } from './instances.js'
import { follow, isNoteOf, openStream } from './stream.js'

export function testStreaming({ url, all, token }: Instances): void {
  async function open(from: string, withToken?: string) {
    const stream = await openStream(from, withToken)
    onTestFinished(() => stream.close())
    return stream
  }

  describe('streams', () => {
    test('a note made on one instance comes to the streams of all', async () => {
      const streams = await Promise.all(all().map(each => open(each, token())))
      await Promise.all(streams.map(stream => follow(stream, 'localTimeline', 'timeline')))
      for (const maker of all()) {
        const text = uniqueWord()
        const note = await postNote(maker, token(), text)
        for (const stream of streams) {
          const event = await stream.next(isNoteOf('timeline', text))
          expect(event).toMatchObject({
            body: { body: { id: note.id, user: { username: note.user.username } } },
          })
        }
      }
    })

    test('a stream needs no token', async () => {
      const stream = await open(url())
      await follow(stream, 'localTimeline', 'timeline')
      const text = uniqueWord()
      await postNote(url(), token(), text)
      await stream.next(isNoteOf('timeline', text))
    })

    test('a wrong token opens no stream', async () => {
      await expect(openStream(url(), 'wrong', 2_000)).rejects.toThrow('no stream')
    })

    test('ping is answered with pong', async () => {
      const stream = await open(url(), token())
      stream.send('ping')
      expect(await stream.next(() => true)).toBe('pong')
    })

    test('a followed note tells its reactions', async () => {
      const note = await postNote(url(), token(), uniqueWord())
      const stream = await open(url(), token())
      stream.send({ type: 'subNote', body: { id: note.id } })
      stream.send('ping')
      await stream.next(message => message === 'pong') // now the instance knows
      await react(url(), token(), note.id, '👍')
      expect(await stream.next(() => true)).toEqual({
        type: 'noteUpdated',
        body: { id: note.id, type: 'reacted', body: { reaction: '👍', emoji: null, userId: note.userId } },
      })
    })

    test('a channel that was left tells nothing more', async () => {
      const stream = await open(url(), token())
      await follow(stream, 'localTimeline', 'left')
      await follow(stream, 'localTimeline', 'kept')
      stream.send({ type: 'disconnect', body: { id: 'left' } })
      stream.send('ping')
      await stream.next(message => message === 'pong')
      const text = uniqueWord()
      await postNote(url(), token(), text)
      await stream.next(isNoteOf('kept', text))
      expect(stream.rest().filter(isNoteOf('left', text))).toEqual([])
    })
  })
}
