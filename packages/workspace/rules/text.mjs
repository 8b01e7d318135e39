// What no file of ours may say.

const maxLines = 400

/** Written by programs, or laid out by others. */
const generated =
  /(^|\/)(pnpm-lock\.yaml|yarn\.lock|package-lock\.json|go\.sum|go\.mod|values\.schema\.json)$|\.(svg|png)$/

/** Parts of the names of registries: clients know where theirs is, and a closed network has its own. */
const registryHosts = new RegExp(
  [
    'registry[.](npmjs|yarnpkg)',
    '(proxy|sum)[.]golang',
    '(repo[.]maven[.]apache|maven)[.]org',
    'pypi[.]org|pythonhosted[.]org',
    '(deb|security|snapshot)[.]debian[.]org',
    '(static|index)[.]crates',
    'registry-1[.]docker',
  ].join('|'),
  'g',
)

const notRun = /\b(it|test|describe)(\.\w+)*\.(only|skip|skipIf|runIf|todo|fails)\b|\bt\.Skip(f|Now)?\(/g

/** A test that exists only under a condition: elsewhere nobody sees that it is missing. */
const conditional = /(\bif\s*\(.*\)\s*\{?|&&|\?)\s*(it|test|describe)(\.\w+)*\(/g

/** Words that are no engineer's English; each has a plain one. The brackets keep this line from matching itself. */
const oddWords = /\b(men[d](s|ed|ing)?|hee[d]s?|for eve[r]|in vai[n])\b/gi

/** @type {{ of: RegExp, says: RegExp, wrong: string, todo: string }[]} */
const patterns = [
  {
    of: /./,
    says: registryHosts,
    wrong: "names a registry's host",
    todo: 'Leave it to the client, so that a mirror or a proxy can stand in.',
  },
  {
    of: /(^|\/)Dockerfile[^/]*$/,
    says: /^#[ \t]*syntax[ \t]*=/gm,
    wrong: 'has a syntax line',
    todo: 'Remove it: the engine would pull that front end, and a closed network has none.',
  },
  {
    of: /\.test\.[cm]?[jt]s$|_test\.go$/,
    says: notRun,
    wrong: 'has a test that does not run, or keeps others from running',
    todo: 'Fix or delete it.',
  },
  {
    of: /\.test\.[cm]?[jt]s$/,
    says: conditional,
    wrong: 'has a test that runs only under a condition',
    todo: 'Let the condition choose what the test expects, or which images it runs on.',
  },
  {
    of: /./,
    says: oddWords,
    wrong: 'has a word that is not plain technical English',
    todo: 'Write fix, follow or enforce, permanently, without success.',
  },
]

/**
 * Sizes of files, and text that must not be there.
 * @param {import('./workspace.mjs').Workspace} workspace
 * @returns {import('./workspace.mjs').Problem[]}
 */
export function text({ files, read }) {
  return files
    .filter(file => !generated.test(file))
    .flatMap(file => {
      const content = read(file)
      if (content.includes('\0')) return [] // binary
      const problems = patterns
        .filter(({ of }) => of.test(file))
        .flatMap(({ says, wrong, todo }) =>
          [...content.matchAll(says)].map(({ index }) => ({
            where: `${file}:${content.slice(0, index).split('\n').length}`,
            wrong,
            todo,
          })),
        )
      const count = content.trimEnd().split('\n').length
      if (count <= maxLines) return problems
      return [
        ...problems,
        {
          where: file,
          wrong: `${count} lines; at most ${maxLines}`,
          todo: 'Split it: one thing a file, 40 to 100 lines as a rule.',
        },
      ]
    })
}
