import { expect } from "chai";

import { DEVELOPMENT, NETWORKS, type NetworkParameters, type Parameters } from "../../deploy/parameters.ts";
import { BOUNDS, parametersOf, requireValid } from "../../deploy/validate-parameters.ts";
import { deploymentOn, freshChain, runAndWatch, settingsFor } from "./helpers/embedded.ts";
import { deployErrorOf } from "./helpers/refusals.ts";

describe("parameters", function () {
  it("of every network in the file are valid", function () {
    for (const network of Object.keys(NETWORKS)) expect(parametersOf(network)).to.equal(NETWORKS[network]);
  });

  it("of a network that is not in the file are an error that says where to add it", function () {
    expect(() => parametersOf("atlantis"))
      .to.throw(/atlantis; add it to deploy\/parameters\.ts/)
      .with.property("code", "NO_PARAMETERS");
  });

  it("that are wrong are refused all at once", function () {
    const settings: NetworkParameters = {
      chainId: 1n,
      opg: { kind: "existing", address: "0x4e59b44847b379578588920ca78fbf26c0b4956c", burnable: true, votes: false },
      parameters: { ...DEVELOPMENT, minimumBond: 0n, burnBps: 10_000n },
    };
    expect(() => {
      requireValid("x", settings);
    })
      .to.throw(/minimumBond 0 is not between.*burnBps 10000 is not between.*is not a checksummed address/)
      .with.property("code", "BAD_PARAMETERS");
  });

  for (const holder of ["0x0000000000000000000000000000000000000000", "nobody"]) {
    it(`with the holder ${holder} are refused`, function () {
      expect(() => {
        requireValid("x", { chainId: 1n, opg: { kind: "new", holder }, parameters: DEVELOPMENT });
      }).to.throw(/opg: .* is not a checksummed address/);
    });
  }

  const names = Object.keys(BOUNDS) as (keyof Parameters)[];
  for (const name of names) {
    it(`have the bounds of the contracts: ${name}`, async function () {
      const { chain, deployer } = await freshChain();
      const [low, high] = BOUNDS[name];
      const deploy = (value: bigint) => {
        const settings = settingsFor(chain.chainId, { parameters: { ...DEVELOPMENT, [name]: value } });
        return runAndWatch(deploymentOn(chain, deployer, { settings }));
      };
      for (const outside of [low - 1n, high + 1n].filter((value) => value >= 0n)) {
        expect((await deployErrorOf(deploy(outside))).code).to.equal("TRANSACTION_REFUSED");
        expect(() => {
          requireValid("x", settingsFor(1n, { parameters: { ...DEVELOPMENT, [name]: outside } }));
        }).to.throw(new RegExp(name));
      }
      for (const inside of [low, high]) {
        const { book } = await runAndWatch(
          deploymentOn((await freshChain()).chain, deployer, {
            settings: settingsFor(chain.chainId, { parameters: { ...DEVELOPMENT, [name]: inside } }),
          }),
        );
        expect(Object.keys(book.contracts)).to.include("market");
      }
    });
  }
});
