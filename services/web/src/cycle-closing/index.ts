export { ClosingActions, ToClosing } from './ClosingActions'
export { useNextStep, type Step } from './queries'
