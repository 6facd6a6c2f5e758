export { ClosingActions, ToClosing } from './ClosingActions'
export { useCycleCommands } from './useCycleCommands'
