/** A table of Markdown. @param rows the first one is the heading */
export function table(rows: readonly (readonly string[])[]): string {
  const [heading = [], ...cells] = rows
  return [heading, heading.map(() => '---'), ...cells].map(line => `| ${line.join(' | ')} |`).join('\n')
}
