import { Command, CommanderError } from 'commander'
import { reason, SettingsError } from './failure.js'
import { apiFromPod } from './kubernetes.js'
import { render } from './render.js'
import { searchIndex } from './search-index.js'
import { makeSecrets, wantedFrom } from './secrets.js'
import { targets, wait } from './wait.js'

const program = new Command('setup').description('One-shot jobs inside the cluster.').exitOverride()

program
  .command('secrets')
  .description('make Secrets with random passwords unless they are there')
  .argument('<secrets...>', 'NAME=KEY,KEY[@CLAIM]: refused when it is missing while CLAIM exists')
  .action((args: string[]) => {
    const wanted = wantedFrom(args)
    return makeSecrets(apiFromPod(process.env), wanted)
  })
program
  .command('search-index')
  .description("make Misskey's index in Elasticsearch unless it is there")
  .action(() => searchIndex(process.env))
program
  .command('wait')
  .description('wait until all are usable, and say for what')
  .argument('<names...>', Object.keys(targets).join(', '))
  .action((names: string[]) => wait(names, process.env))
program
  .command('render')
  .description('write a file from a template, its placeholders filled with secrets')
  .argument('<source>')
  .argument('<target>')
  .option('--secrets <folder>', 'one file per secret', '/secrets')
  .action((source: string, target: string, options: { secrets: string }) =>
    render(source, target, options.secrets),
  )

// As process 1 of a container we get no default action for signals.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(143))

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) console.error(reason(error)) // commander has told its own
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
  else process.exitCode = error instanceof SettingsError ? 2 : 1
}
