import { CONTRACT_NAMES, CONTRACTS } from "../../../deploy/contracts.ts";
import { FACTORY } from "../../../deploy/factory.ts";
import { powerCalls } from "../../../deploy/power-calls.ts";

/** Steps that create a contract of the suite. */
export const CREATIONS = CONTRACT_NAMES.filter((name) => CONTRACTS[name].bornOf === undefined).length;

/** All steps on an empty chain: two for the factory, the contracts, the power map, and ADMIN given up. */
export const STEPS = 2 + CREATIONS + powerCalls(() => FACTORY).length + 1;
