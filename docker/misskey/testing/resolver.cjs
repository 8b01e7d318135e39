// Preloaded in place of libc's resolver: every name has the address $ADDRESS, and from SIGUSR2 on no question is answered, as while
// the DNS pod that is asked is on a node that is gone.
const dns = require('node:dns')

let silent = false
process.on('SIGUSR2', () => {
  silent = true
})

dns.lookup = (_, { all }, done) => {
  if (silent) return
  const answer = { address: process.env.ADDRESS, family: 4 }
  process.nextTick(() => (all ? done(null, [answer]) : done(null, answer.address, answer.family)))
}
