export { digestOf } from '@bluecore/cache'
