import 'reflect-metadata'
import { generateKeyPairSync, webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

x509.cryptoProvider.set(webcrypto)

type CryptoKeyPair = webcrypto.CryptoKeyPair

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const tenYears = 10 * 365 * 24 * 3600 * 1000

/** A certificate and its key, both PEM. */
export interface Pair {
  certificate: string
  key: string
}

interface Authority extends Pair {
  x509: x509.X509Certificate
  keys: CryptoKeyPair
}

export interface Subject {
  /** User name, to Kubernetes. */
  commonName: string
  /** Group, to Kubernetes. */
  organization?: string
  usages: ('server' | 'client')[]
  dns?: string[]
  ips?: string[]
}

const newKeys = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])

async function keyPem(keys: CryptoKeyPair): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')
}

/** Backdated by a minute, because the clocks of a site's machines differ. */
const validity = () => ({
  notBefore: new Date(Date.now() - 60_000),
  notAfter: new Date(Date.now() + tenYears),
})

/** A new certificate authority. */
export async function newAuthority(commonName: string): Promise<Authority> {
  const keys = await newKeys()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${commonName}`,
    ...validity(),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign | x509.KeyUsageFlags.digitalSignature,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate: certificate.toString('pem'), key: await keyPem(keys), x509: certificate, keys }
}

/** A certificate signed by an authority. */
export async function sign(authority: Authority, subject: Subject): Promise<Pair> {
  const keys = await newKeys()
  const usages = { server: x509.ExtendedKeyUsage.serverAuth, client: x509.ExtendedKeyUsage.clientAuth }
  const names = [
    ...(subject.dns ?? []).map(value => ({ type: 'dns' as const, value })),
    ...(subject.ips ?? []).map(value => ({ type: 'ip' as const, value })),
  ]
  const organization = subject.organization ? `, O=${subject.organization}` : ''
  const certificate = await x509.X509CertificateGenerator.create({
    subject: `CN=${subject.commonName}${organization}`,
    issuer: authority.x509.subject,
    ...validity(),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: authority.keys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment,
        true,
      ),
      new x509.ExtendedKeyUsageExtension(subject.usages.map(usage => usages[usage])),
      await x509.AuthorityKeyIdentifierExtension.create(authority.x509),
      ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
    ],
  })
  return { certificate: certificate.toString('pem'), key: await keyPem(keys) }
}

/** The key pair that signs service-account tokens. */
export function serviceAccountKeys(): { key: string; publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  return { key: privateKey, publicKey }
}
