import { z } from 'zod'
import { count } from './rules.js'

const jobs = count().optional()

/** Settings of Misskey 12.119's .config/default.yml that the chart does not make itself. */
export const misskeyConfig = z
  .strictObject({
    accesslog: z.string().optional().describe('Path of an access log; only `/tmp` can be written.'),
    allowedPrivateNetworks: z
      .array(z.string())
      .optional()
      .describe(
        'Private address ranges that it may fetch from; let it through `networkPolicy.misskey.to` too.',
      ),
    deliverJobConcurrency: jobs.describe('Deliveries to other servers at once.'),
    deliverJobMaxAttempts: jobs.describe('Attempts at one to another server.'),
    deliverJobPerSec: jobs.describe('Deliveries to other servers a second at most.'),
    disableHsts: z.boolean().optional().describe('Leave the header HSTS to the proxy.'),
    inboxJobConcurrency: jobs.describe('Deliveries from other servers worked on at once.'),
    inboxJobMaxAttempts: jobs.describe('Attempts at one from another server.'),
    inboxJobPerSec: jobs.describe('Deliveries from other servers a second at most.'),
    maxFileSize: jobs.describe('Bytes of an uploaded file at most.'),
    mediaProxy: z.string().optional().describe("URL of a proxy for other servers' pictures."),
    outgoingAddressFamily: z
      .enum(['ipv4', 'ipv6', 'dual'])
      .optional()
      .describe('`ipv4`, `ipv6` or `dual`: how other servers are reached.'),
    proxy: z.string().optional().describe('URL of an HTTP proxy for all that goes out.'),
    proxyBypassHosts: z.array(z.string()).optional().describe('Hosts reached without it.'),
    proxyRemoteFiles: z.boolean().optional().describe("Fetch other servers' files through Misskey."),
    proxySmtp: z.string().optional().describe('URL of a proxy for mail.'),
    signToActivityPubGet: z.boolean().optional().describe('Sign what is asked of other servers.'),
  })
  .meta({ id: 'misskeyConfig' })
