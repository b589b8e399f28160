/** `opengradient-suite/sdk/registry`: names of versions, terms, and the check of what was published. */
export { checkVersion } from "../registry/check-version.ts";
export { Arithmetic, ModelKind, Runtime } from "../registry/terms.ts";
export { modelOf, numberOf, toVersionId, type VersionId } from "../registry/version-id.ts";
