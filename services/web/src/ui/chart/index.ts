export type { Drawn } from './Canvas'
export { Chart, type ChartTable } from './Chart'
export { colourOf, useColours, type Colours } from './colours'
