import { expect, test } from 'vitest'
import { countPerSecond, spansOf, type Timeline, timelinePicture } from './timeline.js'

const timeline: Timeline = {
  title: 'A node & its <server>',
  seconds: 100,
  faults: [{ label: 'worker1 killed', from: 10, to: 60 }],
  lanes: [
    {
      label: 'PostgreSQL, worker1',
      spans: [{ from: 0, to: 10, state: 'ready' }],
      marks: [{ at: 0, text: 'epoch 4' }],
    },
    { label: 'PostgreSQL, worker2', spans: [{ from: 70, to: 140, state: 'running' }], marks: [] },
  ],
  ledgers: [{ label: 'rows/s', perSecond: [5, 0, 10] }],
}

/** Bars of a kind: x and width. */
const bars = (svg: string, kind: string) =>
  [
    ...svg.matchAll(
      new RegExp(`<rect class="${kind}" x="([\\d.]+)" y="[\\d.]+" width="([\\d.]+)" height="1[68]"`, 'g'),
    ),
  ].map(([, x, width]) => [Number(x), Number(width)])

test('bars stand where their times are, and none is drawn past the end', () => {
  const svg = timelinePicture(timeline)
  expect(bars(svg, 'fault')).toEqual([[266, 380]])
  expect(bars(svg, 'ready')).toEqual([[190, 76]])
  expect(bars(svg, 'running')).toEqual([[722, 228]])
})

test('names are escaped, each lane has its label, and a second without writes has no bar', () => {
  const svg = timelinePicture(timeline)
  expect(svg).toContain('>A node &amp; its &lt;server&gt;</text>')
  expect(svg).not.toMatch(/<server>|& /)
  for (const label of ['worker1 killed', 'PostgreSQL, worker1', 'PostgreSQL, worker2', 'rows/s', 'epoch 4'])
    expect(svg).toContain(`>${label}</text>`)
  expect(svg.match(/class="writes"/g)).toHaveLength(2)
})

test('it has colors for dark pages', () =>
  expect(timelinePicture(timeline)).toMatch(/prefers-color-scheme: dark[\s\S]*\.back \{ fill: #1a1b1e \}/))

test('samples of one state become one span, also the last, which lasts to the end', () => {
  const samples = (['ready', 'ready', 'running', undefined, 'running'] as const).map((state, at) => ({
    at,
    state,
  }))
  expect(spansOf(samples, 9)).toEqual([
    { from: 0, to: 2, state: 'ready' },
    { from: 2, to: 3, state: 'running' },
    { from: 4, to: 9, state: 'running' },
  ])
})

test('times outside are not counted', () =>
  expect(countPerSecond([-1, 0, 0.9, 1, 2.5, 3], 3)).toEqual([2, 1, 1]))
