import { inflateRawSync } from 'node:zlib';

/** The files of a ZIP archive by its own list, as any program reads it; written apart from what writes one. */
export function readZip(archive: Buffer): ReadonlyMap<string, Buffer> {
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const [count, listAt] = [archive.readUInt16LE(end + 10), archive.readUInt32LE(end + 16)];
  const files = new Map<string, Buffer>();
  let at = listAt;
  for (let index = 0; index < count; index += 1) {
    const [packed, size] = [archive.readUInt32LE(at + 20), archive.readUInt32LE(at + 24)];
    const [nameLength, extra, comment] = [28, 30, 32].map((place) => archive.readUInt16LE(at + place));
    const fileAt = archive.readUInt32LE(at + 42);
    const name = archive.toString('utf8', at + 46, at + 46 + (nameLength ?? 0));
    const dataAt = fileAt + 30 + archive.readUInt16LE(fileAt + 26) + archive.readUInt16LE(fileAt + 28);
    const data = inflateRawSync(archive.subarray(dataAt, dataAt + packed));
    if (data.length !== size) throw new Error(`${name} has another length than the list says`);
    files.set(name, data);
    at += 46 + (nameLength ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  return files;
}
