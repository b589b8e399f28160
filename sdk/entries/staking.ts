/** `opengradient-suite/sdk/staking`: what tickets are called, and slashes as the escrow wants them brought back. */
export { slashesIn, type Slash } from "../staking/slash.ts";
export { parseTicketId, toTicketId, type TicketParts } from "../staking/ticket-id.ts";
