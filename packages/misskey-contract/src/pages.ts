import { describe, expect, test } from 'vitest'
import { call, get } from './client.js'
import type { Instances } from './instances.js'

export function testPages({ url, all }: Instances): void {
  describe('pages', () => {
    test('the front page is HTML on every instance', async () => {
      for (const each of all()) {
        const response = await get(each, '/')
        expect(response.status).toBe(200)
        expect(response.headers.get('content-type')).toMatch(/^text\/html/)
        expect(await response.text()).toMatch(/^<!doctype html>/i)
      }
    })

    test('robots.txt allows crawlers', async () => {
      const response = await get(url(), '/robots.txt')
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toMatch(/^text\/plain/)
      expect(await response.text()).toMatch(/^user-agent: \*\nallow: \/\n/)
    })

    test('manifest.json describes the site, with icons that are there', async () => {
      for (const each of all()) {
        const response = await get(each, '/manifest.json')
        expect(response.status).toBe(200)
        const manifest = (await response.json()) as { icons: Array<{ src: string }> }
        expect(manifest).toMatchObject({
          short_name: expect.any(String),
          name: expect.any(String),
          start_url: '/',
          display: 'standalone',
        })
        expect(manifest.icons).toHaveLength(2)
        for (const { src } of manifest.icons) expect((await get(each, src)).status).toBe(200)
      }
    })

    test('any other path is the page, a stream without WebSocket is not', async () => {
      expect((await get(url(), '/healthz')).headers.get('content-type')).toMatch(/^text\/html/)
      expect((await get(url(), '/streaming')).status).toBe(503)
    })
  })

  describe('the API as such', () => {
    test('meta tells the version', async () => {
      for (const each of all()) {
        const { status, body } = await call(each, 'meta', { detail: false })
        expect(status).toBe(200)
        expect(body).toMatchObject({ version: '12.119.2', uri: expect.stringMatching(/^https?:\/\/[^/]+$/) })
      }
    })

    test('ping is answered with the time in ms', async () => {
      const before = Date.now() - 60_000
      const { status, body } = await call(url(), 'ping', {})
      expect(status).toBe(200)
      expect((body as { pong: number }).pong).toBeGreaterThan(before)
    })

    test('an unknown call is 404, a GET is 405', async () => {
      expect(await call(url(), 'unknown', {})).toEqual({ status: 404, body: 'Not Found' })
      expect((await get(url(), '/api/ping')).status).toBe(405)
    })
  })
}
