export * from '../../../docker/misskey/contract/account.js'
export * from '../../../docker/misskey/contract/client.js'
export * from '../../../docker/misskey/contract/stream.js'
