/** A real server on a free port of 127.0.0.1, which a test may hurt. Its data outlive its process. */
export interface TestServer {
  port: number
  /** Starts it, or starts it again, and returns once it accepts connections. */
  start(): Promise<void>
  /** Starts it without waiting. */
  launch(): Promise<void>
  /** SIGKILL. */
  kill(): Promise<void>
  /** SIGSTOP: it accepts connections no more than the kernel does for it, and says nothing. */
  freeze(): Promise<void>
  /** SIGCONT. */
  thaw(): Promise<void>
  /** Ends it and removes its data. */
  remove(): Promise<void>
}
