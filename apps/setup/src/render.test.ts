import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { PermanentError } from './errors.js'
import { fill, render } from './render.js'

/** As it stands in a template. */
const slot = (name: string) => `\${${name}}`

test('a placeholder becomes a quoted string, whatever the secret holds', () => {
  expect(fill(`pass: ${slot('db.pass-word_1')} # $HOME {}`, () => 'a "b" \\ #: \'ü')).toBe(
    'pass: "a \\"b\\" \\\\ #: \'ü" # $HOME {}',
  )
})

test('all placeholders that cannot be filled are reported at once, without secrets', () => {
  const secrets: Record<string, string> = { empty: '', lines: 'secret\nrequirepass other' }
  const filling = () =>
    fill(['empty', 'lines', 'gone', 'gone'].map(slot).join(), name => {
      if (secrets[name] === undefined) throw new Error('no such file')
      return secrets[name]
    })
  expect(filling).toThrow(PermanentError)
  expect(filling).toThrow(
    [
      'These placeholders cannot be filled:',
      '  empty: it is empty',
      '  lines: it contains a line break or another control character',
      '  gone: no such file',
    ].join('\n'),
  )
})

test('only its owner can read the file, and it is written again when the container restarts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'setup-render-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const [source, target] = [join(folder, 'template'), join(folder, 'redis.conf')]
  writeFileSync(source, `requirepass ${slot('password')}\n`)
  for (const word of ['one', 'two']) {
    writeFileSync(join(folder, 'password'), `${word}\n`)
    render(source, target, folder)
    expect(readFileSync(target, 'utf8')).toBe(`requirepass "${word}"\n`)
    expect(statSync(target).mode & 0o777).toBe(0o400)
  }
})

test('a secret that is missing leaves no file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'setup-render-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'template'), slot('password'))
  expect(() => render(join(folder, 'template'), join(folder, 'target'), folder)).toThrow('password: ENOENT')
  expect(() => readFileSync(join(folder, 'target'))).toThrow('ENOENT')
})
