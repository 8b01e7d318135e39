import { createPrivateKey, sign as signData, verify, X509Certificate } from 'node:crypto'
import { createServer, get } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { expect, test } from 'vitest'
import { newAuthority, serviceAccountKeys, sign } from './pki.js'

test('a certificate is signed by its authority for its names, with user and group where Kubernetes reads them', async () => {
  const authority = await newAuthority('lab')
  const pair = await sign(authority, {
    commonName: 'system:node:worker1',
    organization: 'system:nodes',
    usages: ['client', 'server'],
    dns: ['worker1'],
    ips: ['172.31.40.11'],
  })
  const certificate = new X509Certificate(pair.certificate)
  const ca = new X509Certificate(authority.certificate)
  expect(ca.ca).toBe(true)
  expect(certificate.ca).toBe(false)
  expect(certificate.verify(ca.publicKey)).toBe(true)
  expect(certificate.checkIssued(ca)).toBe(true)
  expect(certificate.subject.split('\n').sort()).toEqual(['CN=system:node:worker1', 'O=system:nodes'])
  expect(certificate.subjectAltName).toBe('DNS:worker1, IP Address:172.31.40.11')
  expect(certificate.checkPrivateKey(createPrivateKey(pair.key))).toBe(true)
  expect(Date.parse(certificate.validTo) - Date.now()).toBeGreaterThan(9 * 365 * 24 * 3600 * 1000)
})

test('a server and a client of the same authority accept each other; a client of another authority is refused', async () => {
  const authority = await newAuthority('lab')
  const api = await sign(authority, { commonName: 'api', usages: ['server'], ips: ['127.0.0.1'] })
  const admin = await sign(authority, {
    commonName: 'admin',
    organization: 'system:masters',
    usages: ['client'],
  })
  const other = await sign(await newAuthority('other'), { commonName: 'admin', usages: ['client'] })
  const server = createServer(
    {
      cert: api.certificate,
      key: api.key,
      ca: authority.certificate,
      requestCert: true,
      rejectUnauthorized: true,
    },
    (request, response) => response.end((request.socket as TLSSocket).getPeerCertificate().subject.CN),
  ).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const ask = (client: { certificate: string; key: string }) =>
    new Promise<string>((resolve, reject) => {
      get(
        {
          host: '127.0.0.1',
          port,
          ca: authority.certificate,
          cert: client.certificate,
          key: client.key,
          agent: false,
        },
        response => response.on('data', data => resolve(String(data))),
      ).on('error', reject)
    })
  try {
    expect(await ask(admin)).toBe('admin')
    await expect(ask(other)).rejects.toThrow()
  } finally {
    server.close()
  }
})

test('a token signed with the service-account key is verified by its public key', () => {
  const token = Buffer.from('token')
  const { key, publicKey } = serviceAccountKeys()
  const signature = signData('sha256', token, key)
  expect(createPrivateKey(key).asymmetricKeyType).toBe('rsa')
  expect(verify('sha256', token, publicKey, signature)).toBe(true) // false for the public key of another pair
})
