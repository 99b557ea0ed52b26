// The little of ELF that the heap image takes: program headers to load from, and one of them given contents.
const LOAD = 1
const PROGBITS = 1

const headers = (file) => {
  if (file.readUInt32BE(0) !== 0x7f454c46 || file[4] !== 2 || file[5] !== 1) {
    throw new Error("no 64-bit little-endian ELF")
  }
  const table = (offset, size, count) => ({
    start: Number(file.readBigUInt64LE(offset)),
    size: file.readUInt16LE(size),
    count: file.readUInt16LE(count)
  })
  return { program: table(32, 54, 56), section: table(40, 58, 60) }
}

const rows = ({ count, size, start }) => Array.from({ length: count }, (_, index) => start + index * size)

/** What the kernel loads: where each segment's header is in the file, its address and its size. */
export const segments = (file) =>
  rows(headers(file).program).filter((at) => file.readUInt32LE(at) === LOAD).map((at) => ({
    at,
    address: Number(file.readBigUInt64LE(at + 16)),
    size: Number(file.readBigUInt64LE(at + 40)),
    alignment: Number(file.readBigUInt64LE(at + 48))
  }))

/** The file with `contents` at its end, and the segment at `address` loaded from there. */
export const withContents = (file, address, contents) => {
  const segment = segments(file).find((one) => one.address === address)
  if (segment === undefined) throw new Error(`no segment at 0x${address.toString(16)}`)
  const offset = Math.ceil(file.length / segment.alignment) * segment.alignment
  const result = Buffer.concat([file, Buffer.alloc(offset - file.length), contents])
  result.writeBigUInt64LE(BigInt(offset), segment.at + 8)
  result.writeBigUInt64LE(BigInt(contents.length), segment.at + 32)
  result.writeBigUInt64LE(BigInt(contents.length), segment.at + 40)
  // For debuggers: the section says the same.
  for (const at of rows(headers(file).section)) {
    if (Number(result.readBigUInt64LE(at + 16)) !== address) continue
    result.writeUInt32LE(PROGBITS, at + 4)
    result.writeBigUInt64LE(BigInt(offset), at + 24)
    result.writeBigUInt64LE(BigInt(contents.length), at + 32)
  }
  return result
}
