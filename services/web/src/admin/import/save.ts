/** Lets the reader keep a zip. */
export function save(name: string, zip: Uint8Array<ArrayBuffer>): void {
  const url = URL.createObjectURL(new Blob([zip], { type: 'application/zip' }))
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
