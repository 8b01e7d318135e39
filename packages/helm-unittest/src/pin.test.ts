import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { pin } from './pin.mjs'

test('plugin.yaml has the version that is run', async () => {
  const plugin = parse(await readFile(new URL('../plugin.yaml', import.meta.url), 'utf8'))
  expect(plugin).toMatchObject({ name: 'unittest', version: pin.version })
})

test('plugin.yaml names an operating system in every command, as Helm 3.17 requires', async () => {
  const plugin = parse(await readFile(new URL('../plugin.yaml', import.meta.url), 'utf8'))
  const systems = plugin.platformCommand.map((command: { os?: string }) => command.os)
  expect(systems).toEqual(['linux', 'darwin', 'windows'])
})
