/** What a call of the API was answered with. */
export interface Answer {
  status: number
  /** Parsed JSON, or the text where it is no JSON; undefined for 204. */
  body: unknown
}

export interface User {
  id: string
  username: string
  host: string | null
}

export interface DriveFile {
  id: string
  name: string
  type: string
  /** Hexadecimal. */
  md5: string
  /** In bytes. */
  size: number
  blurhash: string | null
  /** In pixels; empty for what is not an image. */
  properties: { width?: number; height?: number }
  /** With the host of the instance's settings, which need not be the host that was asked. */
  url: string
  thumbnailUrl: string | null
}

export interface Note {
  id: string
  /** ISO 8601. */
  createdAt: string
  userId: string
  user: User
  text: string | null
  cw: string | null
  visibility: string
  renoteCount: number
  repliesCount: number
  reactions: Record<string, number>
  fileIds: string[]
  files: DriveFile[]
  replyId: string | null
  renoteId: string | null
  /** It is for others: text and files are left out. */
  isHidden?: boolean
}

export interface Credentials {
  username: string
  password: string
}

/** What an instance tells of itself, as far as it is read here. */
export interface Meta {
  version: string
  /** Its address for people, without a slash at the end. */
  uri: string
  /** Nobody has an account: whoever makes one becomes the administrator. Only with `detail`. */
  requireSetup?: boolean
  disableRegistration: boolean
  emailRequiredForSignup: boolean
  enableHcaptcha: boolean
  enableRecaptcha: boolean
}

/** An instance's answer that is a refusal, or a failure of its own. */
export class CallError extends Error {
  override readonly name = 'CallError'

  constructor(
    endpoint: string,
    readonly status: number,
    body: unknown,
  ) {
    super(`${endpoint}: HTTP ${status}: ${JSON.stringify(body)}`)
    this.code = (body as { error?: { code?: string } } | undefined)?.error?.code
  }

  /** `NO_SUCH_NOTE`; absent where the answer has none. */
  readonly code: string | undefined
}

interface CallOptions {
  /** The caller's address as a proxy would tell it; limits of those without a token are counted by it. */
  address?: string
}

const limitMs = 30_000

/**
 * Calls `/api/ENDPOINT` with JSON.
 * @param url of an instance, without a path
 * @returns the answer, whatever its status
 * @throws when there is none within 30 s
 */
export async function call(
  url: string,
  endpoint: string,
  params: object,
  { address }: CallOptions = {},
): Promise<Answer> {
  const response = await fetch(new URL(`/api/${endpoint}`, url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(address && { 'x-forwarded-for': address }) },
    body: JSON.stringify(params),
    signal: AbortSignal.timeout(limitMs),
  })
  return await answerOf(response)
}

/**
 * Makes the administrator. Works without a token while the instance has no user at all.
 * @returns the token
 * @throws "access denied" when there is a user
 */
export async function createAdmin(url: string, credentials: Credentials): Promise<string> {
  const { token } = await wanted<{ token: string }>(url, 'admin/accounts/create', credentials)
  return token
}

/** @returns the token, the same each time. One attempt a second, ten an hour and address */
export async function signIn(url: string, credentials: Credentials, options?: CallOptions): Promise<string> {
  const { i } = await wanted<{ i: string }>(url, 'signin', credentials, options)
  return i
}

/** @param detail as well whether it must be set up */
export async function readMeta(url: string, detail = true): Promise<Meta> {
  return await wanted<Meta>(url, 'meta', { detail })
}

/**
 * Makes an account as a visitor does.
 * @returns the token
 * @throws CallError 400 where registration is closed or the name is taken
 */
export async function signUp(url: string, credentials: Credentials): Promise<string> {
  const { token } = await wanted<{ token: string }>(url, 'signup', credentials)
  return token
}

/** Removes an account with its notes, now or soon. @param token of the account itself, not of an app */
export async function deleteAccount(url: string, token: string, password: string): Promise<void> {
  await wanted(url, 'i/delete-account', { i: token, password })
}

/** @param more `visibility`, `fileIds` */
export async function postNote(url: string, token: string, text: string, more: object = {}): Promise<Note> {
  const params = { i: token, text, ...more }
  return (await wanted<{ createdNote: Note }>(url, 'notes/create', params)).createdNote
}

/** @param more `i` for a note that not everybody may see */
export async function showNote(url: string, noteId: string, more: object = {}): Promise<Note> {
  return await wanted<Note>(url, 'notes/show', { noteId, ...more })
}

/** One a second. @throws CallError NO_SUCH_NOTE, ACCESS_DENIED */
export async function deleteNote(url: string, token: string, noteId: string): Promise<void> {
  await wanted(url, 'notes/delete', { i: token, noteId })
}

/** @returns public notes, newest first */
export async function localTimeline(url: string, params: object = {}): Promise<Note[]> {
  return await wanted<Note[]>(url, 'notes/local-timeline', params)
}

/**
 * Finds notes that have all the words of `query`. A note can be found about a second after it was made.
 * @param more `limit`, `offset`, `userId`, `host`, `i`
 * @returns newest first
 */
export async function searchNotes(url: string, query: string, more: object = {}): Promise<Note[]> {
  return await wanted<Note[]>(url, 'notes/search', { query, ...more })
}

export async function react(url: string, token: string, noteId: string, reaction: string): Promise<void> {
  await wanted(url, 'notes/reactions/create', { i: token, noteId, reaction })
}

export interface Upload {
  name: string
  bytes: Uint8Array<ArrayBuffer>
  /** Keep it even if the same bytes are there already. */
  force?: boolean
}

export async function uploadFile(
  url: string,
  token: string,
  { name, bytes, force }: Upload,
): Promise<DriveFile> {
  const form = new FormData()
  form.append('i', token)
  if (force) form.append('force', 'true')
  form.append('file', new Blob([bytes]), name)
  return succeeded<DriveFile>('drive/files/create', await callWithForm(url, 'drive/files/create', form))
}

/** Calls `/api/ENDPOINT` with a form. */
export async function callWithForm(url: string, endpoint: string, form: FormData): Promise<Answer> {
  const signal = AbortSignal.timeout(limitMs)
  return await answerOf(await fetch(new URL(`/api/${endpoint}`, url), { method: 'POST', body: form, signal }))
}

/** Gets a page or a file. @param path a path, or a URL whose host is replaced by `url`'s */
export async function get(url: string, path: string): Promise<Response> {
  const { pathname, search } = new URL(path, url)
  const signal = AbortSignal.timeout(limitMs)
  return await fetch(new URL(pathname + search, url), { redirect: 'manual', signal })
}

async function wanted<T>(url: string, endpoint: string, params: object, options?: CallOptions): Promise<T> {
  return succeeded<T>(endpoint, await call(url, endpoint, params, options))
}

function succeeded<T>(endpoint: string, { status, body }: Answer): T {
  if (status >= 400) throw new CallError(endpoint, status, body)
  return body as T
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') ?? false
  const body = text === '' ? undefined : isJson ? JSON.parse(text) : text
  return { status: response.status, body }
}
