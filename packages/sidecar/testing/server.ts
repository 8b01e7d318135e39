/** A real server on a free port of 127.0.0.1, which a test may hurt. Its data outlive its process. */
export interface TestServer {
  port: number
  /** Starts it, or starts it again, and returns once it accepts connections. */
  start(): Promise<unknown>
  /** Starts it without waiting. */
  launch(): Promise<unknown>
  /** SIGKILL. */
  kill(): Promise<unknown>
  /** SIGSTOP: it accepts connections no more than the kernel does for it, and says nothing. */
  freeze(): Promise<unknown>
  /** SIGCONT. */
  thaw(): Promise<unknown>
  /** Ends it and removes its data. */
  remove(): Promise<unknown>
}
