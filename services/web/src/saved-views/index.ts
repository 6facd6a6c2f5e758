export { placeOfView, type View } from './address'
export { useViews } from './queries'
export { ViewLinks } from './ViewLinks'
