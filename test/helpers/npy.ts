/** A `.npy` file as NumPy writes it; `values` may be left out where a reader must not get to them. */
export function npy(
  descr: string,
  shape: readonly number[],
  values: readonly number[],
  version: 1 | 2 = 1,
  isFortran = false,
): Uint8Array {
  const dims = shape.length === 1 ? `${shape[0] ?? 0},` : shape.join(", ");
  const dictionary = `{'descr': '${descr}', 'fortran_order': ${isFortran ? "True" : "False"}, 'shape': (${dims}), }`;
  const start = version === 1 ? 10 : 12;
  const header = `${dictionary.padEnd(Math.ceil((start + dictionary.length + 1) / 64) * 64 - start - 1)}\n`;
  const bytes = Number(descr.at(-1));
  const file = new Uint8Array(start + header.length + bytes * values.length);
  const view = new DataView(file.buffer);
  file.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  if (version === 1) view.setUint16(8, header.length, true);
  else view.setUint32(8, header.length, true);
  file.set(new TextEncoder().encode(header), start);
  values.forEach((value, index) => {
    const at = start + header.length + bytes * index;
    if (descr === "<f4") view.setFloat32(at, value, true);
    else if (descr === "<f8") view.setFloat64(at, value, true);
    else if (descr === "<i4") view.setInt32(at, value, true);
    else if (descr === "<i8") view.setBigInt64(at, BigInt(value), true);
    else view.setUint8(at, value);
  });
  return file;
}
