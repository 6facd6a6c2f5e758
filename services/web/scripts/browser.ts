// Unpacks the Chromium of the package @sparticuz/chromium, and the libraries that it needs, into a folder; what is there stays.
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'

const [from = '', to = ''] = process.argv.slice(2)
const program = join(to, 'chromium')
if (!existsSync(program)) {
  mkdirSync(to, { recursive: true })
  for (const archive of ['al2023.tar.br', 'swiftshader.tar.br']) {
    execFileSync('tar', ['-x', '-C', to], { input: brotliDecompressSync(readFileSync(join(from, archive))) })
  }
  writeFileSync(program, brotliDecompressSync(readFileSync(join(from, 'chromium.br'))))
  chmodSync(program, 0o755)
}
