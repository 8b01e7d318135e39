/**
 * The helm-unittest that this package runs.
 *
 * `sum` is the hash of the module as go.sum writes it (`go mod download -json` prints it). It covers the module's own
 * go.sum, so it pins all dependencies as well.
 */
export const pin = {
  module: 'github.com/helm-unittest/helm-unittest',
  version: '1.1.2',
  sum: 'h1:r1Ah6Pr3h4kqvd65RN+r0FNTIGrJa+P9rcMyzwHEXXQ=',
  /** The oldest Go that can build it. */
  go: '1.26',
}

/** @typedef {typeof pin} Pin */
