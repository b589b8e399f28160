/** Kinds of models, as `IModelRegistry.ModelKind`. */
export const ModelKind = { Model: 0n, Adapter: 1n, Dataset: 2n } as const;

/** What runs a version's file. An open list, see `IModelRegistry.VersionParams`. */
export const Runtime = { Unspecified: 0n, Onnx: 1n, Program: 2n, Hosted: 3n, Data: 4n } as const;

/** The numbers a version computes in. An open list, see `IModelRegistry.VersionParams`. */
export const Arithmetic = { Unspecified: 0n, Float32: 1n, Int8: 2n, Float16: 3n, Bfloat16: 4n } as const;
