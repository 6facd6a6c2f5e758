import { Link } from '@tanstack/react-router'
import { Bookmark } from 'lucide-react'
import { placeOfView } from './address'
import { useLookedAt, useViews } from './queries'
import './saved-views.css'
import { useText } from './text'

/** One's own views, in the navigation. */
export function ViewLinks({ onFollow }: { onFollow: () => void }) {
  const text = useText()
  const views = useViews({ ofOthers: false })
  const { on } = useLookedAt(views)
  if (views.own.length === 0) return null
  return (
    <div className="views-links" role="group" aria-labelledby="own-views">
      <span id="own-views" className="mute">
        {text.own}
      </span>
      {views.own.map((it) => (
        <Link
          key={it.id}
          {...placeOfView(it)}
          activeProps={NOT_BY_ADDRESS}
          aria-current={it.id === on?.id ? 'page' : undefined}
          onClick={onFollow}
        >
          <Bookmark size={14} aria-hidden />
          <span className="ellipsis">{it.name}</span>
        </Link>
      ))}
    </div>
  )
}

/** Which view one is on is said by `aria-current` here, not by how its address is written. */
const NOT_BY_ADDRESS = {}
