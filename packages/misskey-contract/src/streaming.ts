import { describe, expect, onTestFinished, test } from 'vitest'
import { postNote, react } from './client.js'
import { type Instances, uniqueWord } from './instances.js'
import { follow, isNoteOf, type Message, openStream, type Stream } from './stream.js'

export function testStreaming({ url, all, token }: Instances): void {
  async function open(from: string, withToken?: string) {
    const stream = await openStream(from, withToken)
    onTestFinished(() => stream.close())
    return stream
  }

  describe('streams', () => {
    test('a note posted on one instance reaches the streams of all', async () => {
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

    test('a subscribed note reports its reactions', async () => {
      const note = await postNote(url(), token(), uniqueWord())
      const stream = await open(url(), token())
      await roundTrip(stream, { type: 'subNote', body: { id: note.id } })
      await react(url(), token(), note.id, '👍')
      expect(await stream.next(() => true)).toEqual({
        type: 'noteUpdated',
        body: { id: note.id, type: 'reacted', body: { reaction: '👍', emoji: null, userId: note.userId } },
      })
    })

    test('a channel that was left sends no more events', async () => {
      const from = url()
      const left = await open(from, token())
      const kept = await open(from, token())
      for (const stream of [left, kept]) await follow(stream, 'localTimeline', 'timeline')
      await roundTrip(left, { type: 'disconnect', body: { id: 'timeline' } })
      const text = uniqueWord()
      await postNote(url(), token(), text)
      await kept.next(isNoteOf('timeline', text))
      await roundTrip(left)
      expect(left.rest()).toEqual([])
    })
  })
}

/** Sends a message, if any, and waits until the instance has read it. */
async function roundTrip(stream: Stream, message?: Message) {
  if (message) stream.send(message)
  stream.send('ping')
  await stream.next(received => received === 'pong')
}
