import { runDemo } from "./demo/story.ts";
import { task } from "./task.ts";

export default task("demo", async (_, hre) => {
  await runDemo(await hre.network.create(), (line) => {
    console.log(line);
  });
});
