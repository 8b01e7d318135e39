import { expect, test } from 'vitest'
import { parseRegistry } from './address.js'

test.each([
  ['registry.example', 'registry.example', '', 'https://registry.example'],
  ['registry.example:5000/team/blue/', 'registry.example:5000', 'team/blue', 'https://registry.example:5000'],
  ['http://registry.example:5000', 'registry.example:5000', '', 'http://registry.example:5000'],
  ['name.azurecr.io', 'name.azurecr.io', '', 'https://name.azurecr.io'],
  ['127.0.0.1:5000', '127.0.0.1:5000', '', 'http://127.0.0.1:5000'],
  ['https://localhost:5000', 'localhost:5000', '', 'https://localhost:5000'],
  ['[::1]:5000/x', '[::1]:5000', 'x', 'http://[::1]:5000'],
])('%s is a registry', (text, host, prefix, origin) => {
  expect(parseRegistry(text)).toEqual({ host, prefix, origin })
})

test.each(['', 'ftp://registry.example', 'registry.example/Upper', 'a b'])('"%s" is none', text => {
  expect(() => parseRegistry(text)).toThrow(`"${text}" is not a registry: HOST[:PORT][/PREFIX] is, e.g.`)
})

test.each(['user:password@registry.example', 'https://user:password@registry.example/team'])(
  'a password in an address is not repeated: %s',
  text => {
    expect(() => parseRegistry(text)).toThrow(/^"…@registry.example.*docker login/)
  },
)
