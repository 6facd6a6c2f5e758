/** The day of an instant on a time axis, as YYYY-MM-DD: ECharts reads a day without a time as midnight where the reader is. */
export function dayAt(at: number): string {
  const date = new Date(at)
  const two = (part: number) => String(part).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}
