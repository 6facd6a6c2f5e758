import type { ReactNode } from 'react'

/** A few figures that one reads first. */
export function Tiles({ children }: { children: ReactNode }) {
  return <dl className="tiles">{children}</dl>
}

export function Tile({ name, value, children }: { name: string; value: ReactNode; children?: ReactNode }) {
  return (
    <div className="tile">
      <dt>{name}</dt>
      <dd>
        <b>{value}</b>
        {children}
      </dd>
    </div>
  )
}
