import { expect, test, vi } from 'vitest'
import { fakeClock } from '../testing/fake-clock.js'
import { persistentConnection } from './persistent-connection.js'

/** Openings whose outcome the test decides; a connection is the number of its opening. */
function setUp() {
  const clock = fakeClock()
  const openings: Array<{ made(): void; failed(): void; gone(): void; destroy: ReturnType<typeof vi.fn> }> =
    []
  const lost = vi.fn()
  const kept = persistentConnection<number>(
    gone => {
      const number = openings.length
      let made = () => {}
      let failed = () => {}
      const ready = new Promise<number>((resolve, reject) => {
        made = () => resolve(number)
        failed = () => reject(new Error(`opening ${number} failed`))
      })
      const destroy = vi.fn()
      openings.push({ made, failed, gone, destroy })
      return { ready, destroy }
    },
    lost,
    clock,
  )
  const use = (signal = new AbortController().signal) => kept.use(signal, async connection => connection)
  return { clock, openings, lost, kept, use }
}

test('a connection is opened once and used again', async () => {
  const { openings, use } = setUp()
  const first = use()
  openings[0]?.made()
  expect(await first).toBe(0)
  expect(await use()).toBe(0)
  expect(openings).toHaveLength(1)
})

test('after a failed opening the next use opens another', async () => {
  const { openings, lost, use } = setUp()
  const first = use()
  openings[0]?.failed()
  await expect(first).rejects.toThrow('opening 0 failed')
  const second = use()
  openings[1]?.made()
  expect(await second).toBe(1)
  expect(openings[0]?.destroy).toHaveBeenCalled()
  expect(lost).not.toHaveBeenCalled()
})

test('a connection that ends before it was established is not reported as lost', async () => {
  const { openings, lost, use } = setUp()
  const first = use()
  openings[0]?.gone()
  openings[0]?.failed()
  await expect(first).rejects.toThrow('opening 0 failed')
  expect(lost).not.toHaveBeenCalled()
})

test('a connection closed by the server is reported once and replaced', async () => {
  const { openings, lost, use } = setUp()
  const first = use()
  openings[0]?.made()
  await first
  openings[0]?.gone()
  openings[0]?.gone()
  expect(lost).toHaveBeenCalledTimes(1)
  use()
  expect(openings).toHaveLength(2)
})

test('aborted during its work, a connection is destroyed and not reported as lost', async () => {
  const { openings, lost, kept } = setUp()
  const abort = new AbortController()
  const working = vi.fn()
  kept.use(abort.signal, () => {
    working()
    return new Promise(() => {})
  })
  openings[0]?.made()
  await vi.waitFor(() => expect(working).toHaveBeenCalled())
  abort.abort()
  expect(openings[0]?.destroy).toHaveBeenCalled()
  openings[0]?.gone()
  expect(lost).not.toHaveBeenCalled()
})

test('an opening without an answer is shared by the following runs and abandoned after 10 s', async () => {
  const { clock, openings, use } = setUp()
  for (let run = 0; run < 10; run++) {
    const abort = new AbortController()
    use(abort.signal).catch(() => {})
    await clock.advance(999)
    abort.abort()
  }
  expect(openings).toHaveLength(1)
  expect(openings[0]?.destroy).not.toHaveBeenCalled()
  const abort = new AbortController()
  use(abort.signal).catch(() => {})
  await clock.advance(999)
  abort.abort()
  expect(openings[0]?.destroy).toHaveBeenCalled()
  use().catch(() => {})
  expect(openings).toHaveLength(2)
})

test('runs aborted during a slow opening never work; the opening serves the next run', async () => {
  const { openings, kept } = setUp()
  const worked: number[] = []
  const use = (run: number, signal: AbortSignal) => kept.use(signal, async () => void worked.push(run))
  const aborted = [1, 2, 3, 4, 5].map(run => {
    const abort = new AbortController()
    const outcome = expect(use(run, abort.signal)).rejects.toThrow('aborted')
    abort.abort()
    return outcome
  })
  const next = use(6, new AbortController().signal)
  openings[0]?.made()
  await Promise.all([...aborted, next])
  expect(worked).toEqual([6])
  expect(openings).toHaveLength(1)
})

test('a run that was aborted before it asks for the connection opens none', async () => {
  const { openings, use } = setUp()
  await expect(use(AbortSignal.abort())).rejects.toThrow('aborted')
  expect(openings).toHaveLength(0)
})

test('closing it destroys the open connection', async () => {
  const { openings, lost, kept, use } = setUp()
  const first = use()
  openings[0]?.made()
  await first
  kept.close()
  expect(openings[0]?.destroy).toHaveBeenCalled()
  openings[0]?.gone()
  expect(lost).not.toHaveBeenCalled()
})
