import { CliError } from "./errors.ts";

/** One JSON-RPC call. */
export type Rpc = (method: string, params: readonly unknown[]) => Promise<unknown>;

/**
 * One JSON-RPC call to an external signer. Waits as long as the signer's owner thinks.
 * @throws CliError `SIGNER_UNREACHABLE`, `SIGNER_REFUSED`.
 */
export async function callRpc(url: string, method: string, params: readonly unknown[]): Promise<unknown> {
  const answer = await post(url, JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }));
  if (typeof answer === "object" && answer !== null) {
    if ("error" in answer && answer.error !== null && answer.error !== undefined)
      throw refused(url, method, answer.error);
    if ("result" in answer) return answer.result;
  }
  throw unreachable(url, new Error(`it answered ${method} with something else than JSON-RPC`));
}

async function post(url: string, body: string): Promise<unknown> {
  try {
    const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
    const answer: unknown = await response.json();
    return answer;
  } catch (cause) {
    throw unreachable(url, cause);
  }
}

function refused(url: string, method: string, error: unknown): CliError {
  const why =
    typeof error === "object" && error !== null && "message" in error ? String(error.message) : JSON.stringify(error);
  return new CliError(
    "SIGNER_REFUSED",
    `the signer at ${url} refused ${method}: ${why}`,
    "confirm the transaction there, or check its rules",
    error,
  );
}

function unreachable(url: string, cause: unknown): CliError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new CliError(
    "SIGNER_UNREACHABLE",
    `no signer answers at ${url} (${why})`,
    "start it, or check --signer",
    cause,
  );
}
