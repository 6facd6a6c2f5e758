export { ProblemTextsAhead } from './ahead'
export { FieldProblem } from './FieldProblem'
export { ProblemWords } from './ProblemWords'
