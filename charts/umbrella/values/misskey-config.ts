import { z } from 'zod'
import { count } from './rules.js'

const jobs = count().optional()

/** Settings of Misskey 12.119's .config/default.yml, except those that the chart sets itself. */
export const misskeyConfig = z
  .strictObject({
    accesslog: z.string().optional().describe('Path of an access log; only `/tmp` is writable.'),
    allowedPrivateNetworks: z
      .array(z.string())
      .optional()
      .describe(
        'Private address ranges that it may fetch from; also add them to `networkPolicy.misskey.to`.',
      ),
    deliverJobConcurrency: jobs.describe('Concurrent deliveries to other servers.'),
    deliverJobMaxAttempts: jobs.describe('Maximum attempts for a delivery to another server.'),
    deliverJobPerSec: jobs.describe('Maximum deliveries to other servers per second.'),
    disableHsts: z.boolean().optional().describe('Do not send the HSTS header; the proxy does.'),
    inboxJobConcurrency: jobs.describe('Deliveries from other servers processed concurrently.'),
    inboxJobMaxAttempts: jobs.describe('Maximum attempts for a delivery from another server.'),
    inboxJobPerSec: jobs.describe('Maximum deliveries from other servers per second.'),
    maxFileSize: jobs.describe('Maximum size of an uploaded file in bytes.'),
    mediaProxy: z.string().optional().describe('URL of a proxy for images of other servers.'),
    outgoingAddressFamily: z
      .enum(['ipv4', 'ipv6', 'dual'])
      .optional()
      .describe('`ipv4`, `ipv6` or `dual`: IP version for connections to other servers.'),
    proxy: z.string().optional().describe('URL of an HTTP proxy for outgoing requests.'),
    proxyBypassHosts: z.array(z.string()).optional().describe('Hosts that bypass the proxy.'),
    proxyRemoteFiles: z.boolean().optional().describe('Serve files of other servers through Misskey.'),
    proxySmtp: z.string().optional().describe('URL of a proxy for outgoing mail.'),
    signToActivityPubGet: z.boolean().optional().describe('Sign GET requests to other servers.'),
  })
  .meta({ id: 'misskeyConfig' })
