import { askEarly } from './api/early'

void askEarly()
