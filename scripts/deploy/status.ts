import { layOutFor } from "../../deploy/run.ts";
import { stepsOf } from "../../deploy/steps.ts";
import { bookTable, title } from "./show.ts";
import { requireBook, type Site } from "./site.ts";

/** Shows the address book and what its deployment still lacks. */
export async function status(site: Site): Promise<void> {
  const { chain, network, settings } = site;
  const known = await requireBook(site);
  const deployer = String(known.contracts.manager?.arguments[0]);
  const deployment = { chain, network, settings, known, deployer };
  console.log(title(deployment));
  console.log(bookTable(known));
  const steps = stepsOf(chain, await layOutFor(deployment));
  let missing = 0;
  for (const step of steps) {
    const reason = await step.pending();
    if (reason === undefined) continue;
    missing++;
    console.log(`  missing: ${step.id}: ${reason}`);
  }
  console.log(
    missing === 0 ? "Complete." : `${missing} of ${steps.length} steps are missing: run npm run deploy again.`,
  );
}
