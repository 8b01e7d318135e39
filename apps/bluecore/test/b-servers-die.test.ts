import { setTimeout as sleep } from 'node:timers/promises'
import { podReady, waitFor } from '@bluecore/lab'
import type { V1Pod } from '@kubernetes/client-node'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  askSidecar,
  killContainer,
  noteToFind,
  podOf,
  restartsOf,
  servers,
  waitForAll,
  waitForDeployment,
} from './cluster.js'

/** Asks /readyz every 20 ms until it says 503. @returns when that was, by `performance.now()` */
async function notReadyAt(pod: V1Pod, limitMs: number): Promise<number> {
  const end = performance.now() + limitMs
  while (performance.now() < end) {
    if ((await askSidecar(pod, '/readyz')).status === 503) return performance.now()
    await sleep(20)
  }
  throw new Error(`/readyz did not say 503 within ${limitMs} ms`)
}

beforeAll(waitForAll)

describe.each(servers)('$name', ({ name, container }) => {
  test('killed: /readyz says 503 within 2 s, kubelet restarts the container, every note is there', async () => {
    const stillFound = await noteToFind()
    await stillFound()
    const before = await podOf(name)
    const killed = performance.now()
    const [noticed] = await Promise.all([notReadyAt(before, 5_000), killContainer(before, container)])
    console.log(`${name}: /readyz 503 after ${Math.round(noticed - killed)} ms`)
    expect(noticed - killed).toBeLessThan(2_000)

    await waitFor(async () => restartsOf(await podOf(name), container) > restartsOf(before, container), {
      what: `kubelet restarts ${container}`,
      timeoutMs: 60_000,
    })
    await waitForDeployment(name)
    const after = await podOf(name)
    console.log(`${name}: Ready again after ${Math.round(performance.now() - killed)} ms`)
    expect(after.metadata?.uid).toBe(before.metadata?.uid)
    expect(podReady(after)).toBe(true)
    await stillFound()
  })
})
