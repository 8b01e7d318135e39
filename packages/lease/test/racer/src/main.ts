import { operate } from '../../../src/index.js'

// One of two processes that claim the epochs which its parent names.
const [, , folder = '', name = ''] = process.argv
const self = { owner: { id: 'ours', name: 'ours' }, nonce: name, holder: name, member: name }

process.on('message', ({ epoch }: { epoch: number }) => {
  const answer = operate(folder, self, { name: 'claim', epoch })
  process.send?.({ name, answer })
})
