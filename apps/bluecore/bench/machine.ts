import { cpus, totalmem } from 'node:os'

/** What was measured on, such as `2 cores and 24 GiB`. */
export const machine = (): string => `${cpus().length} cores and ${Math.round(totalmem() / 2 ** 30)} GiB`
