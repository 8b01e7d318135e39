/** What the image of our Node.js processes sets, from the text of docker/node-app/Dockerfile: flags of Node.js, and its environment. */
export function imageSettings(dockerfile: string): { flags: string[]; env: Record<string, string> } {
  const entrypoint: string[] = JSON.parse(dockerfile.match(/^ENTRYPOINT (\[.*\])$/m)?.[1] ?? '[]')
  const env = [...dockerfile.matchAll(/^ENV (\w+)=(\S+)$/gm)].map(([, name, value]) => [name, value])
  return { flags: entrypoint.filter(part => part.startsWith('-')), env: Object.fromEntries(env) }
}
