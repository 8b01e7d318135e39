import { expect, test } from 'vitest'
import { withCleanup } from './child.mjs'

test('a signal between two programs ends the work, after it has cleaned up', async () => {
  const steps: string[] = []
  const work = withCleanup(async check => {
    try {
      process.emit('SIGTERM', 'SIGTERM')
      steps.push('received')
      check()
      steps.push('next program')
    } finally {
      steps.push('cleaned up')
    }
  })
  await expect(work).rejects.toMatchObject({ name: 'Interrupted', signal: 'SIGTERM' })
  expect(steps).toEqual(['received', 'cleaned up'])
  expect(process.listenerCount('SIGTERM')).toBe(0)
})

test('a signal after the last program ends the work too', async () => {
  const work = withCleanup(async () => process.emit('SIGINT', 'SIGINT'))
  await expect(work).rejects.toMatchObject({ signal: 'SIGINT' })
})
