import { task } from "./task.ts";

export default task("reference", async () => {
  await Promise.resolve();
});
