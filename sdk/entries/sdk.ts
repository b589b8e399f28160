/** `opengradient-suite/sdk`: the contracts of a deployment, connected, and the errors that every part of the library throws. */
export { connectSuite, type SuiteAddresses } from "../addresses.ts";
export { SuiteError, type ErrorFacts } from "../errors.ts";
export type { Suite } from "../suite.ts";
