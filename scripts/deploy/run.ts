import { writeAddressBook } from "../../deploy/address-book.ts";
import { kindOf, refuseRealValue } from "../../deploy/chain-kind.ts";
import { requireFunds } from "../../deploy/plan.ts";
import { runDeployment } from "../../deploy/run.ts";
import { checkBook } from "./check.ts";
import { deploymentOn, planOf } from "./plan.ts";
import { bookTable, costText, madeLine, TEST_WARNING, title } from "./show.ts";
import type { Site } from "./site.ts";

/** Makes what is missing, prints each transaction, keeps the address book, and checks the outcome. */
export async function run(site: Site): Promise<void> {
  const { chain, folder } = site;
  refuseRealValue(chain.chainId);
  const deployment = await deploymentOn(site);
  console.log(title(deployment));
  if (kindOf(chain.chainId) === "test") console.log(TEST_WARNING);
  const planned = await planOf(deployment, site);
  requireFunds(planned, deployment.deployer);
  console.log(costText(planned));

  const book = await runDeployment(deployment, {
    made(step, sent) {
      console.log(madeLine(step, sent));
    },
    async keep(soFar) {
      if (folder !== undefined) await writeAddressBook(soFar, folder);
    },
  });
  console.log(bookTable(book));
  await checkBook(site, book);
}
