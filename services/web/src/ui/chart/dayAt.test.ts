import { expect, test } from 'vitest'
import { dayAt } from './dayAt'

test('an instant on a time axis is of the day that was written, wherever the reader is', () => {
  for (const day of ['2026-01-01', '2026-03-29', '2026-12-31']) {
    const [year = 0, month = 0, date = 0] = day.split('-').map(Number)
    expect(dayAt(new Date(year, month - 1, date).getTime())).toBe(day)
  }
})
