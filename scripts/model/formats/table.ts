/** Numbers in rows, as every sample format gives them: one row a sample, or one number a row for labels. */
export type Table = { readonly rows: readonly (readonly number[] | Float32Array)[] };

/** Why a file is no table; the caller says which file. */
export class TableFault extends Error {
  override readonly name = "TableFault";
}
