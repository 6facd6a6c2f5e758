const A_YEAR = 365 * 24 * 60 * 60

/** What this browser was asked to remember, of what is known; null: nothing. */
export function kept<Known extends string>(name: string, known: readonly Known[]): Known | null {
  const values = document.cookie.split('; ').filter((it) => it.startsWith(`${name}=`))
  const value = values[0]?.slice(name.length + 1)
  return known.find((it) => it === value) ?? null
}

/** Remembers it for a year, or forgets it (null). A cookie, so that the gateway serves the page as one has it; it says nothing of who one is. */
export function keep(name: string, value: string | null): void {
  const secure = window.location.protocol === 'https:' ? '; Secure' : ''
  const age = value === null ? 0 : A_YEAR
  document.cookie = `${name}=${value ?? ''}; Max-Age=${String(age)}; Path=/; SameSite=Lax${secure}`
}
