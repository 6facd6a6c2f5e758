export { ClosingActions, ToClosing } from './ClosingActions'
