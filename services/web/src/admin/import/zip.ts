/** A file to be packed. */
export type Packed = { name: string; bytes: Uint8Array }

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1
  return value
})

/** CRC-32, as a zip has it (ISO 3309). */
export function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff
  for (const byte of bytes) value = (CRC[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8)
  return (value ^ 0xffffffff) >>> 0
}

type Field = readonly [bytes: 2 | 4, value: number]

/** A record of the format: numbers of two or four bytes, the lowest byte first. */
function record(fields: readonly Field[]): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(fields.reduce((all, [bytes]) => all + bytes, 0)))
  let at = 0
  for (const [bytes, value] of fields) {
    if (bytes === 2) view.setUint16(at, value, true)
    else view.setUint32(at, value, true)
    at += bytes
  }
  return new Uint8Array(view.buffer)
}

const FIRST_DAY = (1 << 5) | 1 // the first day of 1980, with which the format’s calendar begins

/** What both records of a file say of it: version, names in UTF-8, stored as it is, when, check sum and sizes. */
function about(bytes: Uint8Array, nameLength: number): Field[] {
  const sizes: Field[] = [4, 4].map(() => [4, bytes.length])
  return [[2, 20], [2, 0x0800], [2, 0], [2, 0], [2, FIRST_DAY], [4, crc32(bytes)], ...sizes, [2, nameLength], [2, 0]]
}

/** Files in a zip (PKWARE’s APPNOTE 6.3), stored as they are: they are sent at once, or opened by whoever saves them. */
export function zipped(files: readonly Packed[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array<ArrayBuffer>[] = []
  const directory: Uint8Array<ArrayBuffer>[] = []
  let offset = 0
  for (const { name, bytes } of files) {
    const called = new TextEncoder().encode(name)
    const said = about(bytes, called.length)
    const local = record([[4, 0x04034b50], ...said])
    parts.push(local, called, new Uint8Array(bytes))
    directory.push(record([[4, 0x02014b50], [2, 20], ...said, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]), called)
    offset += local.length + called.length + bytes.length
  }
  const size = directory.reduce((all, it) => all + it.length, 0)
  const count: Field = [2, files.length]
  const end = record([[4, 0x06054b50], [2, 0], [2, 0], count, count, [4, size], [4, offset], [2, 0]])
  return joined([...parts, ...directory, end])
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((all, it) => all + it.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
