import { expect, test } from 'vitest'
import { failedDownload } from './build/failed-download.mjs'

const mirrors = {
  packages:
    'A mirror: MISSKEY_PACKAGES=http://mirror, which has debian/ and debian-security/, or 7.9.2009/ of CentOS’s vault; a proxy: HTTPS_PROXY',
  git: 'A mirror: MISSKEY_MIRROR=DIRECTORY, which has a bare browser-image-resizer.git; a proxy: HTTPS_PROXY',
  npm: 'A mirror: MISSKEY_REGISTRY=https://mirror; a proxy: HTTPS_PROXY',
}

test.each([
  [
    'apt, refused',
    `Err:1 http://127.0.0.1:9/debian bookworm InRelease
  Could not connect to 127.0.0.1:9 (127.0.0.1). - connect (111: Connection refused)
Reading package lists...
E: Failed to fetch http://127.0.0.1:9/debian/dists/bookworm/InRelease  Could not connect to 127.0.0.1:9 (127.0.0.1). - connect (111: Connection refused)
E: Some index files failed to download. They have been ignored, or old ones used instead.`,
    'packages of the distribution (http://127.0.0.1:9/debian/dists/bookworm/InRelease): Could not connect to 127.0.0.1:9 (127.0.0.1). - connect (111: Connection refused)',
    mirrors.packages,
  ],
  [
    'yum, no such host',
    `http://vault.centos.org/7.9.2009/os/x86_64/repodata/repomd.xml: [Errno 14] curl#6 - "Could not resolve host: vault.centos.org; Unknown error"
Trying other mirror.`,
    'packages of the distribution (http://vault.centos.org/7.9.2009/os/x86_64/repodata/repomd.xml): curl#6 - "Could not resolve host: vault.centos.org; Unknown error"',
    mirrors.packages,
  ],
  [
    'git under Yarn, refused',
    `error Command failed.
Exit code: 128
Command: git
Arguments: ls-remote --tags --heads http://127.0.0.1:9/x.git
Output:
fatal: unable to access 'http://user:secret@127.0.0.1:9/x.git/': Failed to connect to 127.0.0.1 port 9 after 0 ms: Couldn't connect to server`,
    "the git dependency (http://127.0.0.1:9/x.git/): Failed to connect to 127.0.0.1 port 9 after 0 ms: Couldn't connect to server",
    mirrors.git,
  ],
  [
    'Yarn, refused',
    `[2/4] Fetching packages...
error Error: connect ECONNREFUSED 127.0.0.1:9
    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1278:16)
info Visit https://yarnpkg.com/en/docs/cli/install for documentation about this command.`,
    'packages from npm: connect ECONNREFUSED 127.0.0.1:9',
    mirrors.npm,
  ],
  [
    'Yarn, no such package',
    `error Error: https://npm.example.org/x/-/x-1.0.0.tgz: Request failed "404 Not Found"
    at ResponseError.ExtendableBuiltin (/opt/yarn/lib/cli.js:696:66)`,
    'packages from npm (https://npm.example.org/x/-/x-1.0.0.tgz): Request failed "404 Not Found"',
    mirrors.npm,
  ],
  [
    'Yarn, without the lock file',
    'error An unexpected error occurred: "https://npm.example.org/x: tunneling socket could not be established, statusCode=403".',
    'packages from npm (https://npm.example.org/x): tunneling socket could not be established, statusCode=403',
    mirrors.npm,
  ],
])('%s', (_, log, what, mirror) => {
  expect(failedDownload(log)).toBe(`download failed: ${what}. ${mirror}`)
})

test.each([
  [
    'a compiler',
    're2.cc:1:10: fatal error: nan.h: No such file or directory\nmake: *** [re2.o] Error 1\nerror Command failed.',
  ],
  ['a lock file', 'error Your lockfile needs to be updated, but yarn was run with `--frozen-lockfile`.'],
])('%s that fails is no download', (_, log) => {
  expect(failedDownload(log)).toBeUndefined()
})
