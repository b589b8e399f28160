/** The files of a program directory by what they hold. */
export const FILES = {
  manifest: "manifest.json",
  model: "model.onnx",
  program: "program",
  weights: "weights",
  calibration: "calibration.f32",
} as const;

/** The name of one file of a program directory. */
export type FileName = (typeof FILES)[keyof typeof FILES];

/** Bytes that need not be in memory at once. The producer does not touch a piece again once it has handed it out. */
export type ByteSource = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** One SHA-256 in the making: Node's `createHash("sha256")` is one, and so are those of the common browser libraries. */
export type Sha256 = { update(data: Uint8Array): unknown; digest(): Uint8Array };

/** What a platform provides besides the files: SHA-256 over a stream, which no browser has built in. */
export type Hashing = { readonly createSha256: () => Sha256 };

/** Read access to one program directory, wherever it is kept. */
export type DirectoryReader = Hashing & {
  /**
   * The file's bytes from its beginning, in pieces of any size; each call starts anew.
   * @throws DirectoryError `FILE_MISSING` when there is no such file, at the latest when the first piece is asked for.
   */
  read(name: FileName): AsyncIterable<Uint8Array>;
};

/** Write access to one program directory. */
export type DirectoryWriter = Hashing & {
  /** Removes the file if there is one. */
  remove(name: FileName): Promise<void>;
  /** Writes the whole file or, when `content` fails, nothing that a reader could take for it. */
  write(name: FileName, content: ByteSource): Promise<void>;
};

/** Called while a long piece of work goes on. */
export type Progress = (file: FileName, done: number, total: number) => void;
