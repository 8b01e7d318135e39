import { hostsPath } from '@bluecore/hosts'
import { expect, test } from 'vitest'
import { kubectl } from '../../src/commands.js'

test.each(['coredns-replicas.yaml', 'coredns-site.yaml'])('the API server accepts %s', async name => {
  const file = hostsPath('k3s', name)
  const output = await kubectl(['apply', '--dry-run=server', '--validate=strict', '--filename', file])
  expect(output).toMatch(/\(server dry run\)$/)
})
