import protobuf from "protobufjs/minimal.js";
import type { Reader, Writer } from "protobufjs/minimal.js";

// Messages are described as data and read with protobufjs' Reader and Writer. Its reflection would build functions from
// strings at run time, which a browser page with a content security policy refuses.

/** Reads and writes one protobuf type. A message's codec reads and writes its length prefix too. */
export type Codec<T> = {
  readonly wireType: 0 | 1 | 2 | 5;
  read(reader: Reader): T;
  write(writer: Writer, value: T): void;
};

export const int64: Codec<bigint> = {
  wireType: 0,
  read: (reader) => {
    const { high, low } = reader.int64();
    return (BigInt(high) << 32n) | BigInt(low >>> 0);
  },
  write: (writer, value) => void writer.int64(BigInt.asIntN(64, value).toString()),
};

export const int32: Codec<number> = {
  wireType: 0,
  read: (reader) => reader.int32(),
  write: (writer, value) => void writer.int32(value),
};

export const float: Codec<number> = {
  wireType: 5,
  read: (reader) => reader.float(),
  write: (writer, value) => void writer.float(value),
};

export const string: Codec<string> = {
  wireType: 2,
  read: (reader) => reader.stringVerify(),
  write: (writer, value) => void writer.string(value),
};

export const bytes: Codec<Uint8Array> = {
  wireType: 2,
  // A copy: the decoded model must not change when the caller reuses its buffer.
  read: (reader) => new Uint8Array(reader.bytes()),
  write: (writer, value) => void writer.bytes(value),
};

type Rule = "optional" | "repeated" | "packed";
type Field<T, R extends Rule> = { readonly id: number; readonly codec: Codec<T>; readonly rule: R };
type Fields = Readonly<Record<string, Field<unknown, Rule>>>;

/** A field that may be absent: the property is then missing. */
export const optional = <T>(id: number, codec: Codec<T>): Field<T, "optional"> => ({ id, codec, rule: "optional" });
/** A list, written one tag per element as proto2 does by default; a packed list is read as well. */
export const repeated = <T>(id: number, codec: Codec<T>): Field<T, "repeated"> => ({ id, codec, rule: "repeated" });
/** A list of numbers that onnx.proto declares `[packed = true]`; an unpacked list is read as well. */
export const packed = <T>(id: number, codec: Codec<T>): Field<T, "packed"> => ({ id, codec, rule: "packed" });

type MessageOf<F extends Fields> = {
  readonly [K in keyof F as F[K]["rule"] extends "optional" ? K : never]?: ReturnType<F[K]["codec"]["read"]>;
} & {
  readonly [K in keyof F as F[K]["rule"] extends "optional" ? never : K]: readonly ReturnType<F[K]["codec"]["read"]>[];
};

/** A message with these fields. Fields it does not name are skipped when read. */
export function message<F extends Fields>(fields: F): Codec<MessageOf<F>> {
  return {
    wireType: 2,
    read: (reader) => within(reader, (end) => readBody(reader, end, fields)) as MessageOf<F>,
    write: (writer, value) => void writeBody(writer.fork(), fields, value).ldelim(),
  };
}

/** Reads a message that fills `data` and has no length prefix. */
export function decode<T>(codec: Codec<T>, data: Uint8Array): T {
  // A message on its own is a message with a length prefix in front: one reader for both.
  const prefixed = protobuf.Writer.create().bytes(data).finish();
  return codec.read(new protobuf.Reader(new Uint8Array(prefixed)));
}

/** Writes a message without its length prefix. */
export function encode<T>(codec: Codec<T>, value: T): Uint8Array {
  const writer = protobuf.Writer.create();
  codec.write(writer, value);
  const prefixed = new protobuf.Reader(new Uint8Array(writer.finish()));
  return new Uint8Array(prefixed.bytes());
}

function readBody(reader: Reader, end: number, fields: Fields): Readonly<Record<string, unknown>> {
  const byId = new Map(Object.entries(fields).map(([name, field]) => [field.id, { name, ...field }]));
  const lists = new Map<string, unknown[]>();
  const singles = new Map<string, unknown>();
  for (const [name, { rule }] of Object.entries(fields)) if (rule !== "optional") lists.set(name, []);

  while (reader.pos < end) {
    const tag = reader.tag();
    const wireType = tag & 7;
    const field = byId.get(tag >>> 3);
    if (field === undefined) {
      reader.skipType(wireType, 0, tag >>> 3);
      continue;
    }
    const { name, codec } = field;
    const list = lists.get(name);
    if (list !== undefined && wireType === 2 && codec.wireType !== 2) {
      within(reader, (last) => {
        while (reader.pos < last) list.push(codec.read(reader));
      });
    } else if (wireType !== codec.wireType) {
      throw new RangeError(`field ${name} has wire type ${wireType}, not ${codec.wireType}`);
    } else if (list !== undefined) {
      list.push(codec.read(reader));
    } else if (singles.has(name)) {
      // Protobuf would merge the two; no exporter writes that, so it is taken for damage.
      throw new RangeError(`field ${name} appears twice`);
    } else {
      singles.set(name, codec.read(reader));
    }
  }
  return Object.fromEntries([...singles, ...lists]);
}

/** Runs `body` over a length-prefixed range and demands that it ends exactly at the range's end. */
function within<T>(reader: Reader, body: (end: number) => T): T {
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > reader.len) throw new RangeError(`${length} bytes announced, ${reader.len - reader.pos} left`);
  const result = body(end);
  if (reader.pos !== end) throw new RangeError(`read to byte ${reader.pos}, past the end ${end} of its message`);
  return result;
}

function writeBody(writer: Writer, fields: Fields, value: Readonly<Record<string, unknown>>): Writer {
  // In the order of the field numbers, so that equal models have equal bytes.
  const ordered = Object.entries(fields).sort(([, a], [, b]) => a.id - b.id);
  for (const [name, { id, codec, rule }] of ordered) {
    const given = value[name];
    if (given === undefined) continue;
    const elements: readonly unknown[] = Array.isArray(given) ? given : [given];
    if (rule === "packed") {
      if (elements.length === 0) continue;
      writer.uint32((id << 3) | 2).fork();
      for (const element of elements) codec.write(writer, element);
      writer.ldelim();
    } else {
      for (const element of elements) codec.write(writer.uint32((id << 3) | codec.wireType), element);
    }
  }
  return writer;
}
