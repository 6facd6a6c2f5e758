import { useId, type ReactNode } from 'react'

type CardProps = { title: ReactNode; aside?: ReactNode; wide?: boolean; children: ReactNode }

/** A part of a board: what it is about, and what there is to see. */
export function Card({ title, aside, wide = false, children }: CardProps) {
  const id = useId()
  return (
    <section className={wide ? 'card card-wide' : 'card'} aria-labelledby={id}>
      <header className="card-head">
        <h2 id={id}>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  )
}

/** The cards of a page, side by side as far as there is room; it is what scrolls. */
export function Board({ children }: { children: ReactNode }) {
  return <div className="board">{children}</div>
}
