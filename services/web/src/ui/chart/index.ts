export type { Drawn } from './Canvas'
export { Chart, type ChartTable } from './Chart'
export { dayAt } from './dayAt'
export { colourOf, useColours, type Colours } from './colours'
