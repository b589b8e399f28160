/** What to do about a contract's refusal, where that is plain. Names are those of the contracts' errors. */
export const NEXT_STEPS: Readonly<Record<string, string>> = {
  ComputeStakingUnknownOperator: "register first: hardhat operator register",
  ComputeStakingAlreadyRegistered: "an operator registers once: go on with hardhat operator bond",
  ComputeStakingBondTooLow: "bond or leave at least the minimum, or retire before unbonding everything",
  ComputeStakingInsufficientBond: "see what is bonded: hardhat operator status",
  ComputeStakingInsufficientCapacity: "bond more, or wait until open work is finished: hardhat operator status",
  ComputeStakingNotActive: "bond to become active: hardhat operator bond",
  ComputeStakingUnknownTicket: "see the open tickets: hardhat operator status",
  ComputeStakingTicketLocked: "wait until the ticket can be withdrawn",
  ComputeStakingLockerNotAllowed: "the operator allows it: hardhat operator allow",
  ComputeStakingLockNotClearable: "wait until the lock's end has passed; an empty lock has nothing to clear",
  ModelRegistryUnknownModel: "check the number; register a model with hardhat publisher register",
  ModelRegistryUnknownVersion: "check the number: hardhat publisher show",
  ModelRegistryNotHolder: "send it from the account that holds the model's token: --from",
  ERC721NonexistentToken: "check the model's number",
  ERC721IncorrectOwner: "send it from the account that holds the model's token: --from",
  ERC721InsufficientApproval: "send it from the account that holds the model's token: --from",
  ERC20InsufficientBalance: "get more OPG, or give a smaller amount: hardhat token balance",
  ERC20InsufficientAllowance: "add --approve",
  InferenceMarketInsufficientDeposit: "put more OPG up first: hardhat requester deposit",
  InferenceMarketNotRequester: "send it from the account that made the request: --from",
  InferenceMarketNotOperator: "send it from the operator or one of its agents: --from",
  InferenceMarketOperatorNamed: "the request is meant for another operator",
  InferenceMarketAgentLimitExceeded: "the operator raises the agent's limit: hardhat operator agent",
  InferenceMarketWrongStatus: "look at the request: hardhat requester show",
  InferenceMarketAlreadyRequested: "give another salt, or none",
  InferenceMarketCollateralTooLow: "give a larger --collateral",
  InferenceMarketTooLate:
    "its time has passed: a request that was not served can be ended with hardhat requester expire",
  InferenceMarketTooEarly: "wait until then",
  InferenceMarketNoFailedCallback: "there is nothing to retry: hardhat requester show",
  InferenceMarketCallbackReverted: "the consumer contract still refuses the result: mend it or its state first",
  TreasuryCapExceeded: "pay less, or wait for the next epoch: hardhat treasury status",
  AccessManagedUnauthorized: "send it from an account that holds the role",
};

/** The next step after the contract error `name`. */
export function nextStep(name: string): string {
  return NEXT_STEPS[name] ?? "the contract's interface in contracts/interfaces says when it refuses";
}
