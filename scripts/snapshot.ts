import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

/** A committed file that a task compares with what it finds: what was last agreed to. */
export type Snapshot = {
  /** Empty when there is none. */
  read(): Promise<string>;
  write(text: string): Promise<void>;
};

export function snapshotAt(name: string, hre: HardhatRuntimeEnvironment): Snapshot {
  const file = join(hre.config.paths.root, name);
  return {
    async read() {
      try {
        return await readFile(file, "utf8");
      } catch (cause) {
        if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return "";
        throw cause;
      }
    },
    async write(text) {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    },
  };
}
