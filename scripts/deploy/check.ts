import type { AddressBook } from "../../deploy/address-book.ts";
import { checkDeployment } from "../../deploy/check/check.ts";
import { findingsTable } from "../../deploy/check/finding.ts";
import { DeployError } from "../../deploy/errors.ts";
import { requireBook, type Site } from "./site.ts";

/** Proves that the chain is as the address book, the code, the parameters and the power map say. */
export async function check(site: Site): Promise<void> {
  await checkBook(site, await requireBook(site));
}

/** @throws DeployError `CHECK_FAILED` after a table of what differs. */
export async function checkBook({ chain, settings, network, hre }: Site, book: AddressBook): Promise<void> {
  const findings = await checkDeployment(chain, book, settings, (solidity) => hre.artifacts.readArtifact(solidity));
  if (findings.length === 0) {
    const count = Object.keys(book.contracts).length;
    console.log(
      `Checked on ${network}: places, code, wiring and parameters of ${count} contracts, and every role. All as it should be.`,
    );
    return;
  }
  console.log(findingsTable(findings));
  throw new DeployError({
    code: "CHECK_FAILED",
    what: `${findings.length} things on ${network} are not as they should be`,
    next: "see docs/deployment.md, and do not use this deployment",
  });
}
