import { z } from 'zod'

// Types of single values. A pattern must mean the same in JavaScript and in Go: no look-ahead, no \d.

const octet = '(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])'
const ipv4 = `${octet}(\\.${octet}){3}/(3[0-2]|[12]?[0-9])`
const ipv6 = '([0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}/(12[0-8]|1[01][0-9]|[1-9]?[0-9])'

/** Address ranges: 192.168.1.0/24 or fd00::/8. IPv6 is checked only roughly, to keep the pattern short in error messages. */
export const cidrs = z.array(z.string().regex(new RegExp(`^(${ipv4}|${ipv6})$`))).meta({ id: 'cidrs' })

/** A number of cores: 250m or 2. */
export const cpu = z.union([z.string().regex(/^[1-9][0-9]*m?$/), z.number().positive()]).meta({ id: 'cpu' })

/** 512Mi or 2Gi; the templates compute in whole MiB. */
export const memory = z
  .string()
  .regex(/^[1-9][0-9]*(Mi|Gi)$/)
  .meta({ id: 'memory' })

export const size = z.string().regex(/^[1-9][0-9]*(Mi|Gi|Ti)$/)

/** Name of a Kubernetes object. */
export const name = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/)
  .meta({ id: 'name' })

export const nameOrEmpty = z
  .string()
  .regex(/^([a-z0-9]([a-z0-9.-]*[a-z0-9])?)?$/)
  .meta({ id: 'nameOrEmpty' })

/** A DNS name or an address. */
export const host = z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?$/)

export const hostOrEmpty = z.string().regex(/^([A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?)?$/)

/** Options of mount(8), one per item. */
export const mountOptions = z.array(z.string().regex(/^[^\s,]+$/)).meta({ id: 'mountOptions' })

/** Kubernetes labels. */
export const labels = z
  .record(
    z.string().regex(/^([a-z0-9]([a-z0-9.-]*[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/),
    z.string().regex(/^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/),
  )
  .meta({ id: 'labels' })

export const tolerations = z
  .array(
    z.strictObject({
      key: z.string().optional(),
      operator: z.enum(['Exists', 'Equal']).optional(),
      value: z.string().optional(),
      effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional(),
      tolerationSeconds: z.int().optional(),
    }),
  )
  .meta({ id: 'tolerations' })

export const switchedOff = z.boolean().default(false)

/** A whole number from 1 to `most`. */
export const count = (most?: number) => (most ? z.int().min(1).max(most) : z.int().min(1))
