import { ImagesError } from './images-error.js'

/**
 * The results of everything that was asked, in its order.
 * @throws ImagesError with every problem, each once; any other error by itself
 */
export async function allOrEveryProblem<T>(asked: Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(asked)
  const errors = results.flatMap(result => (result.status === 'rejected' ? [result.reason] : []))
  const other = errors.find(error => !(error instanceof ImagesError))
  if (other) throw other
  if (errors.length > 0) throw new ImagesError([...new Set(errors.map(({ message }) => message))].join('\n'))
  return results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
}
