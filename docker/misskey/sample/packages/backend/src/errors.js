// Codes, texts and ids are those of Misskey's API.
const table = {
  ACCESS_DENIED: [400, '56f35758-7dd5-468b-8439-5d6fb8ec9b8e', 'Access denied.'],
  ALREADY_REACTED: [400, '71efcf98-86d6-4e2b-b2ad-9d032369366b', 'You are already reacting to that note.'],
  AUTHENTICATION_FAILED: [
    403,
    'b0a7f5f8-dc2f-4171-b91f-de88ad238e14',
    'Authentication failed. Please ensure your token is correct.',
  ],
  CREDENTIAL_REQUIRED: [401, '1384574d-a912-4b81-8601-c7b1c4085df1', 'Credential required.'],
  FILE_REQUIRED: [400, '4267801e-70d1-416a-b011-4ee502885d8b', 'File required.'],
  INTERNAL_ERROR: [
    500,
    '5d37dbcb-891e-41ca-a3d6-e690c97775ac',
    'Internal error occurred. Please contact us if the error persists.',
  ],
  INVALID_PARAM: [400, '3d81ceae-475f-4600-b2a8-2bc116157532', 'Invalid param.'],
  NO_SUCH_NOTE: [400, '24fcbfc6-2e37-42b6-8388-c29b3861a08d', 'No such note.'],
  RATE_LIMIT_EXCEEDED: [
    429,
    'd5826d14-3982-4d2e-8011-b9e9f02499ef',
    'Rate limit exceeded. Please try again later.',
  ],
  TOO_MANY_AUTHENTICATION_FAILURES: [
    429,
    '22d05606-fbcf-421a-a2db-b32610dcfd1b',
    'Too many failed attempts to sign in. Try again later.',
  ],
}

/**
 * An error that the API answers with.
 * @param {keyof typeof table} code
 * @param {{info?: object, id?: string, status?: number}} [details] `id` and `status` where they are not the table's
 */
export function apiError(code, { info, id, status } = {}) {
  const [usualStatus, usualId, message] = table[code]
  const kind = usualStatus < 500 ? 'client' : 'server'
  return Object.assign(new Error(message), {
    status: status ?? usualStatus,
    body: { message, code, id: id ?? usualId, kind, ...(info && { info }) },
  })
}

/** An error of the sign-in: only an id. */
export function signinError(status, id) {
  return Object.assign(new Error(`sign-in refused: ${id}`), { status, body: { id } })
}

/** What the API answers to any error: its own ones as they are, others as INTERNAL_ERROR with the message. */
export function toAnswer(error) {
  if (error.body) return error
  if (error.statusCode >= 400 && error.statusCode < 500)
    return apiError('INVALID_PARAM', {
      status: error.statusCode,
      info: { param: '#', reason: error.message },
    })
  return apiError('INTERNAL_ERROR', {
    info: { e: { message: error.message, code: error.code ?? error.name } },
  })
}
