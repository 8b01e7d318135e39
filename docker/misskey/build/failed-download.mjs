// failed-download.mjs LOG: prints one line if the log of a failed command shows a download that failed.
import { readFileSync } from 'node:fs'
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'

/** What the programs that download say when they cannot: `what` failed, `where` or `why`; and how to do without. */
const downloads = [
  {
    what: 'packages of the distribution',
    says: [
      /^[EW]: Failed to fetch (?<where>\S+)\s+(?<why>.*)$/m, // apt
      /^(?<where>\w+:\/\/\S+): \[Errno \d+\] (?<why>.*)$/m, // yum
    ],
    instead:
      'MISSKEY_PACKAGES=http://mirror, which has debian/ and debian-security/, or 7.9.2009/ of CentOS’s vault',
  },
  {
    what: 'the git dependency',
    says: [
      /^fatal: unable to access '(?<where>[^']+)': (?<why>.*)$/m,
      /^fatal: (?:remote error|read error|Could not read|protocol error)(?<why>.*)$/m,
      /^fatal: '?(?<where>[^' ]+\.git)'? (?<why>does not (?:appear to be a git repository|exist))/m,
    ],
    instead: 'MISSKEY_MIRROR=DIRECTORY, which has a bare browser-image-resizer.git',
  },
  {
    what: 'packages from npm',
    says: [
      /^error (?:An unexpected error occurred: "|Error: )(?<where>https?:\/\/\S+): (?<why>.*?)(?:"\.)?$/m,
      /^error (?:An unexpected error occurred: "|Error: )(?<why>.*?(?:ECONN|ENOTFOUND|EAI_AGAIN|TIMEDOUT|ENETUNREACH|EHOSTUNREACH|certificate|socket hang up|tunneling).*?)(?:"\.)?$/m,
    ],
    instead: 'MISSKEY_REGISTRY=https://mirror',
  },
]

/**
 * @param {string} log what a failed command wrote
 * @returns {string | undefined} one line, if it failed because of a download
 */
export function failedDownload(log) {
  for (const { what, says, instead } of downloads)
    for (const pattern of says) {
      const found = pattern.exec(log)?.groups
      if (!found) continue
      const where = found.where ? ` (${withoutPassword(found.where)})` : ''
      const why = withoutPassword(found.why.replaceAll('\\"', '"'))
      return `download failed: ${what}${where}: ${why}. A mirror: ${instead}; a proxy: HTTPS_PROXY`
    }
  return undefined
}

const withoutPassword = text => text.replace(/(\w:\/\/)[^/@\s]*@/g, '$1')

if (argv[1] === fileURLToPath(import.meta.url)) {
  const line = failedDownload(readFileSync(argv[2], 'utf8'))
  if (line) console.log(line)
}
