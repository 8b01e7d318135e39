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
)

const notRun = /\b(it|test|describe)(\.\w+)*\.(only|skip|skipIf|runIf|todo|fails)\b|\bt\.Skip(f|Now)?\(/

/**
 * @type {{ of: RegExp, says: RegExp, wrong: string, todo: string }[]}
 */
const lines = [
  {
    of: /./,
    says: registryHosts,
    wrong: "names a registry's host",
    todo: 'Leave it to the client, so that a mirror or a proxy can stand in.',
  },
  {
    of: /(^|\/)Dockerfile[^/]*$/,
    says: /^#\s*syntax\s*=/,
    wrong: 'has a syntax line',
    todo: 'Remove it: the engine would pull that front end, and a closed network has none.',
  },
  {
    of: /\.test\.[cm]?[jt]s$|_test\.go$/,
    says: notRun,
    wrong: 'has a test that does not run, or keeps others from running',
    todo: 'Fix or delete it.',
  },
]

/**
 * Sizes of files, and lines that must not be there.
 * @param {import('./workspace.mjs').Workspace} workspace
 * @returns {import('./workspace.mjs').Problem[]}
 */
export function text({ files, read }) {
  return files
    .filter(file => !generated.test(file))
    .flatMap(file => {
      const content = read(file)
      if (content.includes('\0')) return [] // binary
      const all = content.split('\n')
      const problems = all.flatMap((line, index) =>
        lines
          .filter(({ of, says }) => of.test(file) && says.test(line))
          .map(({ wrong, todo }) => ({ where: `${file}:${index + 1}`, wrong, todo })),
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
