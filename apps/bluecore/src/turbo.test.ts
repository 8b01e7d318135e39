import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { LabError } from '@bluecore/lab'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { turboBuild } from './turbo.js'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'bluecore-turbo-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

/** Makes a workspace whose packages have these build scripts. */
function workspace(scripts: Record<string, string>): void {
  const files = {
    'package.json': { name: 'root', private: true, packageManager: 'pnpm@10.34.9' },
    'pnpm-workspace.yaml': { packages: ['packages/*'] },
    'turbo.json': { tasks: { build: { cache: false } } },
    ...Object.fromEntries(
      Object.entries(scripts).map(([name, build]) => [
        `packages/${name}/package.json`,
        { name: `@test/${name}`, scripts: { build } },
      ]),
    ),
  }
  for (const [name, content] of Object.entries(files)) {
    const path = join(dir, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, JSON.stringify(content))
  }
}

const fail = () =>
  turboBuild(dir, './packages/*', () => {}).then(
    () => expect.fail('the build succeeded'),
    (error: unknown) => error as LabError,
  )

test('when one build of several fails, its own output is shown, not that of the others', async () => {
  // It fails once the other one runs; that one's last words then come after its own.
  workspace({
    image: 'until [ -e ../../started ]; do sleep 0.1; done; echo no space left on device >&2; exit 3',
    other: "trap 'seq -f step%g 40' EXIT; touch ../../started; sleep 60 & wait",
  })
  const error = await fail()
  expect(error).toBeInstanceOf(LabError)
  expect(error.message).toMatch(/^turbo run build .*: exit code 3$/)
  expect(error.seen).toContain('@test/image:build: no space left on device')
  expect(error.seen.join('\n')).not.toContain('@test/other')
  expect(error.todo).toContain('npx turbo run build --filter=./packages/*')
})

test('when turbo itself fails, the end of its output is shown', async () => {
  workspace({ image: 'true' })
  writeFileSync(join(dir, 'turbo.json'), '{ "tasks": 1 }')
  expect((await fail()).seen.join('\n')).toContain('tasks')
})
